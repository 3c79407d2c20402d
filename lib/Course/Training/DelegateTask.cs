using TorchSharp;

namespace Course.Training;

/// <summary>A training task given by functions: for anything that has no class of its own.</summary>
/// <param name="model">What is trained.</param>
/// <param name="loss">The mean loss over the batch of a number; the same number gives the same batch.</param>
/// <param name="evaluate">How good the model is on other data, if there are any. Gradients and dropout are off.</param>
/// <param name="unitsPerBatch">How much a batch holds, for the speed in reports.</param>
/// <param name="unitName">Of what.</param>
public sealed class DelegateTask(
    torch.nn.Module model,
    Func<long, torch.Tensor> loss,
    Func<Evaluation>? evaluate = null,
    long unitsPerBatch = 1,
    string unitName = "batches") : ITrainingTask
{
    /// <inheritdoc/>
    public torch.nn.Module Model { get; } = model;

    /// <inheritdoc/>
    public string UnitName { get; } = unitName;

    /// <inheritdoc/>
    public long UnitsPerBatch { get; } = unitsPerBatch;

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch) => loss(batch);

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default)
    {
        using var scope = torch.NewDisposeScope();
        using var evaluating = Models.EvaluationMode.Evaluating(Model);
        return evaluate?.Invoke();
    }
}
