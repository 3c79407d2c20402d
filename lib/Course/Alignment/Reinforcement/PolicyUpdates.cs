using Course.Data;
using Course.Training;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// The second half of an iteration: the policy goes through what it has experienced a few times, in minibatches, with an update after
/// each, and stops early when it has moved too far from the policy that sampled.
/// </summary>
/// <param name="options">How often, in how many parts, and how far at most.</param>
/// <param name="optimizer">Makes the updates.</param>
/// <param name="lossOf">The loss of a piece of a minibatch: <see cref="PolicyTrainer.Loss"/>.</param>
internal sealed class PolicyUpdates(PolicyOptions options, AdamW optimizer, PolicyUpdates.PieceLoss lossOf)
{
    // Another stream of random numbers than the one that chooses the prompts.
    private const long OrderStream = 0x5eed;

    /// <summary>The loss of some of the experience; the losses of the pieces of a minibatch add up to that of the minibatch.</summary>
    public delegate torch.Tensor PieceLoss(Experience piece, long minibatchTokens, int minibatchRows, Measurements measurements);

    /// <summary>Makes the updates of an iteration.</summary>
    /// <param name="experience">What the iteration's completions teach.</param>
    /// <param name="iteration">The iteration's number, from 0.</param>
    /// <param name="measurements">Gets the means over the updates.</param>
    /// <param name="lastCheckpoint">Where one can go back to, if there is such a place.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite.</exception>
    public void Run(Experience experience, int iteration, Measurements measurements, string? lastCheckpoint)
    {
        var learningRate = options.EffectiveSchedule.At(iteration);
        var ratios = new List<double>();
        foreach (var rows in Minibatches(experience.Count, iteration))
        {
            using var scope = torch.NewDisposeScope();
            var update = new Measurements();
            var loss = Backward(experience.Rows(rows), update);
            // Before the first update the policy has not moved, however small the limit.
            if (ratios.Count > 0 && options.StopAtKl < update.Values[Metric.UpdateKl])
            {
                optimizer.Parameters.ZeroGradients();
                break;
            }

            var norm = optimizer.GradientNorm();
            if (!double.IsFinite(loss) || !double.IsFinite(norm))
            {
                optimizer.Parameters.ZeroGradients();
                throw new TrainingDivergedException(iteration + 1, loss, norm, learningRate, lastCheckpoint);
            }

            update.Set(Metric.GradientNorm, norm);
            optimizer.Update(learningRate, AdamW.ClipScale(norm, options.ClipNorm));
            ratios.Add(update.Values[Metric.Ratio]);
            measurements.Average(update, ratios.Count);
        }

        var mean = ratios.Average();
        measurements.Set(Metric.Updates, ratios.Count);
        measurements.Set(Metric.RatioVariance, ratios.Average(ratio => (ratio - mean) * (ratio - mean)));
        measurements.Set(Metric.LearningRate, learningRate);
    }

    private IEnumerable<long[]> Minibatches(int count, int iteration)
    {
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            var order = Enumerable.Range(0, count).Select(row => (long)row).ToArray();
            SplitMix64.For(options.Seed ^ OrderStream, ((long)iteration * options.Epochs) + epoch).Shuffle<long>(order);
            foreach (var rows in order.Chunk(count / options.MiniBatches))
            {
                Array.Sort(rows); // the order within a minibatch does not matter, but must not change sums between equal runs
                yield return rows;
            }
        }
    }

    private double Backward(Experience minibatch, Measurements update)
    {
        var tokens = minibatch.IsAction.sum().ToInt64();
        var loss = 0.0;
        foreach (var rows in Enumerable.Range(0, minibatch.Count).Select(row => (long)row).Chunk(minibatch.Count / options.Accumulation))
        {
            using var scope = torch.NewDisposeScope();
            var part = lossOf(minibatch.Rows(rows), tokens, minibatch.Count, update);
            loss += part.ToDouble();
            part.backward();
        }

        return loss;
    }
}
