using System.Globalization;
using TorchSharp;

namespace Course.Alignment.FineTuning;

/// <summary>
/// A loss of direct preference optimisation: a function of h = log π/π_ref (chosen) − log π/π_ref (rejected), by how much more the
/// policy prefers the better text than the reference does.
/// </summary>
/// <remarks>
/// At the optimum of reinforcement learning, r(y) = β log π*(y)/π_ref(y) + β log Z: the policy is itself a reward model, and the
/// difference of two rewards is β h, in which the unknown Z cancels (Rafailov et al. 2023, equation 5).
/// </remarks>
public sealed class PreferenceLoss
{
    private readonly Func<torch.Tensor, torch.Tensor> loss;

    private PreferenceLoss(string name, double beta, Func<torch.Tensor, torch.Tensor> loss) => (Name, Beta, this.loss) = (name, beta, loss);

    /// <summary>The loss's name and numbers.</summary>
    public string Name { get; }

    /// <summary>β (τ in IPO): the price of a nat of KL in the problem that is solved.</summary>
    public double Beta { get; }

    /// <summary>−log σ(β h): the likelihood of the judgements under Bradley-Terry (Rafailov et al. 2023, equation 7).</summary>
    /// <param name="beta">β; 0.1 to 0.5 is usual.</param>
    public static PreferenceLoss Dpo(double beta) => new(Named("DPO", beta), Positive(beta), h => -LogSigmoid(beta * h));

    /// <summary>
    /// −(1 − ε) log σ(β h) − ε log σ(−β h): a share ε of the judgements is taken to be wrong, so no preference needs to become
    /// absolute (Mitchell 2023, "A note on DPO with noisy preferences").
    /// </summary>
    /// <param name="beta">β.</param>
    /// <param name="epsilon">ε, in [0, 0.5).</param>
    public static PreferenceLoss ConservativeDpo(double beta, double epsilon) => new(
        Named("conservative DPO", beta, epsilon),
        Positive(beta),
        WithNoise(epsilon, h => -((1 - epsilon) * LogSigmoid(beta * h)) - (epsilon * LogSigmoid(-beta * h))));

    /// <summary>
    /// The same with the noise's bias taken out: its expectation over noisy judgements is the DPO loss of the true ones (Chowdhury,
    /// Kini and Natarajan 2024).
    /// </summary>
    /// <param name="beta">β.</param>
    /// <param name="epsilon">ε, in [0, 0.5).</param>
    public static PreferenceLoss RobustDpo(double beta, double epsilon) => new(
        Named("robust DPO", beta, epsilon),
        Positive(beta),
        WithNoise(epsilon, h => (-((1 - epsilon) * LogSigmoid(beta * h)) + (epsilon * LogSigmoid(-beta * h))) / (1 - (2 * epsilon))));

    /// <summary>
    /// (h − 1/(2τ))²: h has an aim and does not grow for ever, also where all judges agree (Azar et al. 2023, "IPO", equation 17).
    /// </summary>
    /// <param name="tau">τ.</param>
    public static PreferenceLoss Ipo(double tau) => new(Named("IPO", tau), Positive(tau), h => (h - (1 / (2 * tau))).pow(2));

    /// <summary>max(0, 1 − β h): what is clear enough no longer pulls (Zhao et al. 2023, "SLiC-HF").</summary>
    /// <param name="beta">β.</param>
    public static PreferenceLoss Hinge(double beta) => new(Named("hinge", beta), Positive(beta), h => (1 - (beta * h)).clamp_min(0));

    /// <summary>The loss of each pair.</summary>
    /// <param name="h">By how much more the policy prefers the better text than the reference does, (pairs).</param>
    /// <returns>(pairs).</returns>
    public torch.Tensor Of(torch.Tensor h)
    {
        using var scope = torch.NewDisposeScope();
        return loss(h).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static torch.Tensor LogSigmoid(torch.Tensor x) => torch.nn.functional.logsigmoid(x);

    private static string Named(string name, double beta, double? epsilon = null) => string.Create(
        CultureInfo.InvariantCulture, $"{name} β={beta:G4}") + (epsilon is { } e ? string.Create(CultureInfo.InvariantCulture, $" ε={e:G4}") : "");

    private static double Positive(double beta) => beta > 0 && double.IsFinite(beta)
        ? beta
        : throw new ArgumentOutOfRangeException(nameof(beta), beta, "The price of KL is positive.");

    private static Func<torch.Tensor, torch.Tensor> WithNoise(double epsilon, Func<torch.Tensor, torch.Tensor> loss) =>
        epsilon is >= 0 and < 0.5
            ? loss
            : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The share of wrong judgements lies in [0, 0.5).");
}
