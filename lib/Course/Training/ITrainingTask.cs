using System.Globalization;
using TorchSharp;

namespace Course.Training;

/// <summary>
/// What a <see cref="Trainer"/> needs to know: the model, how wrong it is on a numbered batch, and how good it is on data it has
/// not seen. The trainer does the rest, whatever is learned.
/// </summary>
public interface ITrainingTask
{
    /// <summary>What is trained.</summary>
    torch.nn.Module Model { get; }

    /// <summary>What a batch consists of, for reports: "tokens", "rows".</summary>
    string UnitName { get; }

    /// <summary>How many of these a full batch holds, for the speed in reports.</summary>
    long UnitsPerBatch { get; }

    /// <summary>The mean loss over a batch: a single number with a gradient.</summary>
    /// <param name="batch">
    /// The batch's number, from 0. The same number gives the same batch, however training got there: this is what makes a resumed
    /// run equal an unbroken one.
    /// </param>
    torch.Tensor Loss(long batch);

    /// <summary>How good the model is on data kept apart; <see langword="null"/> when there are none.</summary>
    /// <param name="cancellation">Stops early with an <see cref="OperationCanceledException"/>.</param>
    Evaluation? Evaluate(CancellationToken cancellation = default);
}

/// <summary>How good a model is on data it has not been trained on.</summary>
/// <param name="Loss">The mean loss, in nats for a cross-entropy.</param>
/// <param name="Accuracy">The share of right answers, where answers are right or wrong.</param>
public sealed record Evaluation(double Loss, double? Accuracy = null)
{
    /// <summary>e^loss: among how many equally likely answers the model is as unsure, on average.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>The figures in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F4}")
        + (Accuracy is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share:P1} right") : "");
}
