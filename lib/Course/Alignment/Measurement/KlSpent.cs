using Course.Alignment.Reinforcement;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Measurement;

/// <summary>An estimate and how uncertain it is.</summary>
/// <param name="Mean">The estimate.</param>
/// <param name="StandardError">The standard deviation of such estimates.</param>
public sealed record Estimate(double Mean, double StandardError);

/// <summary>
/// What a training has spent and what it has gained: KL to the reference against reward. Two methods are compared at equal KL, as each
/// can gain more by going farther (Gao, Schulman and Hilton 2022).
/// </summary>
public static class KlSpent
{
    /// <summary>KL(π ‖ π_ref) in nats per completion, by the k3 estimate over the tokens of completions that π drew.</summary>
    /// <param name="policy">π.</param>
    /// <param name="reference">π_ref.</param>
    /// <param name="completions">Drawn from π at this temperature; at least two.</param>
    /// <param name="padToken">Fills rows.</param>
    /// <param name="temperature">That of the sampling.</param>
    public static Estimate Of(
        Gpt policy, Gpt reference, IReadOnlyList<Completion> completions, int padToken, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(completions);
        ArgumentOutOfRangeException.ThrowIfLessThan(completions.Count, 2, nameof(completions));
        using var scope = torch.NewDisposeScope();
        using var evaluating = policy.Evaluating();
        using var alsoEvaluating = reference.Evaluating();
        var batch = Completion.ToBatch(completions, padToken, policy.Device);
        var perToken = KlEstimator.K3.Estimate(
            LogProbabilities.Of(policy, batch, temperature), LogProbabilities.Of(reference, batch, temperature));
        var perCompletion = perToken.sum(1).to(torch.float64).cpu().data<double>().ToArray();
        var mean = perCompletion.Average();
        var variance = perCompletion.Sum(kl => (kl - mean) * (kl - mean)) / (perCompletion.Length - 1);
        return new Estimate(mean, Math.Sqrt(variance / perCompletion.Length));
    }

    /// <summary>The path of a training: KL spent and score reached, iteration by iteration.</summary>
    /// <param name="history">The iterations.</param>
    public static IReadOnlyList<(double Kl, double Score)> Path(IEnumerable<IterationMetrics> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return [.. history.Select(iteration => (iteration[Metric.Kl], iteration[Metric.Score]))];
    }

    /// <summary>The score a path reaches for a given KL: on the straight line between the points on both sides of it.</summary>
    /// <param name="path">KL and score; in any order.</param>
    /// <param name="kl">The KL.</param>
    /// <returns><see langword="null"/> when the path does not go that far, or starts beyond it.</returns>
    public static double? ScoreAt(IEnumerable<(double Kl, double Score)> path, double kl)
    {
        ArgumentNullException.ThrowIfNull(path);
        var sorted = path.OrderBy(point => point.Kl).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].Kl >= kl)
            {
                if (sorted[i].Kl == kl)
                {
                    return sorted[i].Score;
                }

                if (i == 0)
                {
                    return null;
                }

                var (before, after) = (sorted[i - 1], sorted[i]);
                return before.Score + ((after.Score - before.Score) * (kl - before.Kl) / (after.Kl - before.Kl));
            }
        }

        return null;
    }
}
