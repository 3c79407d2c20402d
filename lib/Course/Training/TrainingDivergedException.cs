using System.Globalization;

namespace Course.Training;

/// <summary>
/// A training has left the realm of numbers: its loss or gradient is infinite or not a number. The update was not made, so the
/// model still has the weights from before.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long step, double loss, double gradientNorm, double learningRate, string? checkpoint)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"Training stopped at update {step}: the loss is {loss}, the gradient's length {gradientNorm}, the learning rate {learningRate:R}. ")
            + (checkpoint is null ? "There is no checkpoint. " : $"The last good checkpoint is '{checkpoint}'. ")
            + "A smaller learning rate, a longer warm-up or gradient clipping usually helps; also look for infinite numbers in the data.")
    {
        Step = step;
        Loss = loss;
        GradientNorm = gradientNorm;
        LearningRate = learningRate;
        Checkpoint = checkpoint;
    }

    /// <summary>The update that was not made, counted from 1.</summary>
    public long Step { get; }

    /// <summary>The loss found there.</summary>
    public double Loss { get; }

    /// <summary>The gradient's length; NaN when the loss made it pointless to compute.</summary>
    public double GradientNorm { get; }

    /// <summary>The learning rate the update would have had.</summary>
    public double LearningRate { get; }

    /// <summary>The newest checkpoint, if any was written.</summary>
    public string? Checkpoint { get; }
}
