using TorchSharp;

namespace Course.Alignment.Judgement;

/// <summary>
/// What makes grades follow preferences: −log σ(r_chosen − r_rejected), the negative log-likelihood of the judgement in the
/// Bradley-Terry model (Stiennon et al. 2020, section 3.4).
/// </summary>
public sealed record PairwiseRewardLoss
{
    /// <summary>
    /// λ: how strongly the grades of a pair are pulled together to the mean 0, by λ (r_chosen + r_rejected)² (Eisenstein et al.
    /// 2023); 0 for not at all. The pairwise loss alone leaves the zero point open.
    /// </summary>
    public double Centring { get; init; }

    /// <summary>The mean loss over pairs.</summary>
    /// <param name="chosen">The grades of the better texts, (pairs).</param>
    /// <param name="rejected">Those of the worse ones, (pairs).</param>
    /// <param name="margins">
    /// By how much the better text is to be ahead, (pairs): larger where the annotator was surer (Touvron et al. 2023, equation 2);
    /// <see langword="null"/> for 0.
    /// </param>
    /// <returns>A single number; ln 2 when all grades are equal and there is no margin.</returns>
    public torch.Tensor Of(torch.Tensor chosen, torch.Tensor rejected, torch.Tensor? margins = null)
    {
        using var scope = torch.NewDisposeScope();
        var ahead = chosen - rejected;
        if (margins is not null)
        {
            ahead = ahead - margins;
        }

        var loss = -torch.nn.functional.logsigmoid(ahead).mean();
        return (Centring == 0 ? loss : loss + (Centring * (chosen + rejected).pow(2).mean())).MoveToOuterDisposeScope();
    }
}
