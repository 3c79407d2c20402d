using Course.Data;
using TorchSharp;

namespace Course.Models;

/// <summary>The loss of every model that chooses one of many: the mean negative log-likelihood of the right answers.</summary>
public static class CrossEntropy
{
    /// <summary>
    /// The mean over all rows that have an answer, in nats. With smoothing ε the right answer is asked for with 1 − ε + ε/K only and
    /// each of the others with ε/K (Szegedy et al. 2016, section 7), so that it does not pay to be ever more certain:
    /// (1 − ε)·(−log p_right) + ε·(−1/K Σ log p).
    /// </summary>
    /// <param name="logits">(rows, classes K); of a short type they are widened to float32 first.</param>
    /// <param name="targets">(rows), int64; −100 where no answer is asked for.</param>
    /// <param name="labelSmoothing">ε, in [0, 1); 0 for none.</param>
    /// <returns>A single number with a gradient. NaN when no answer is asked for at all.</returns>
    /// <exception cref="ArgumentOutOfRangeException">ε is out of its range.</exception>
    public static torch.Tensor Mean(torch.Tensor logits, torch.Tensor targets, double labelSmoothing = 0)
    {
        CheckSmoothing(labelSmoothing, nameof(labelSmoothing));
        using var scope = torch.NewDisposeScope();
        var isShort = logits.dtype is torch.ScalarType.BFloat16 or torch.ScalarType.Float16;
        var rows = isShort ? logits.to(torch.float32) : logits;
        if (labelSmoothing == 0)
        {
            return torch.nn.functional.cross_entropy(rows, targets).MoveToOuterDisposeScope();
        }

        var logProbabilities = rows.log_softmax(-1);
        var isAsked = targets.ne(TokenBatch.NoTarget);
        var right = logProbabilities.gather(-1, targets.clamp_min(0).unsqueeze(-1)).squeeze(-1);
        var smoothed = ((1 - labelSmoothing) * right) + (labelSmoothing * logProbabilities.mean([-1])); // (rows)
        return (-smoothed.masked_fill(~isAsked, 0).sum() / isAsked.sum()).MoveToOuterDisposeScope();
    }

    internal static double CheckSmoothing(double labelSmoothing, string name) => labelSmoothing is >= 0 and < 1
        ? labelSmoothing
        : throw new ArgumentOutOfRangeException(name, labelSmoothing, "Label smoothing lies in [0, 1); 0.1 is usual, 0 is none.");
}
