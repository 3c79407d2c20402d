using Course.Data;
using Course.Models;
using Course.Runtime;
using TorchSharp;

namespace Course.Training;

/// <summary>Trains a model to tell classes apart: rows of numbers in, the number of a class out.</summary>
public sealed class ClassificationTask : ITrainingTask
{
    private const long EvaluationRows = 1024;

    private readonly torch.nn.Module<torch.Tensor, torch.Tensor> model;
    private readonly torch.Tensor features;
    private readonly torch.Tensor labels;
    private readonly torch.Tensor? testFeatures;
    private readonly torch.Tensor? testLabels;
    private readonly int batchSize;
    private readonly long seed;
    private readonly double labelSmoothing;

    /// <summary>Puts model and data together. The tensors stay the caller's and must live as long as the task.</summary>
    /// <param name="model">What is trained: (batch, features) in, logits (batch, classes) out.</param>
    /// <param name="features">The rows to learn from: (rows, features), on the model's device.</param>
    /// <param name="labels">Their classes: (rows), int64.</param>
    /// <param name="testFeatures">Rows to evaluate on; <see langword="null"/> for none.</param>
    /// <param name="testLabels">Their classes.</param>
    /// <param name="batchSize">Rows in a batch; the last batch of an epoch may have fewer.</param>
    /// <param name="seed">Another seed shuffles the rows in another way.</param>
    /// <param name="labelSmoothing">How much of each answer training spreads over all classes, in [0, 1): <see cref="CrossEntropy.Mean"/>.</param>
    /// <exception cref="ArgumentException">Rows and classes do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1 or the smoothing outside [0, 1).</exception>
    public ClassificationTask(
        torch.nn.Module<torch.Tensor, torch.Tensor> model,
        torch.Tensor features,
        torch.Tensor labels,
        torch.Tensor? testFeatures = null,
        torch.Tensor? testLabels = null,
        int batchSize = 32,
        long seed = 0,
        double labelSmoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        Check(features, labels, nameof(labels));
        if (testFeatures is null != testLabels is null)
        {
            throw new ArgumentException("An evaluation needs both: rows and their classes.", nameof(testLabels));
        }

        if (testFeatures is not null)
        {
            Check(testFeatures, testLabels!, nameof(testLabels));
        }

        this.model = model;
        this.features = features;
        this.labels = labels;
        this.testFeatures = testFeatures;
        this.testLabels = testLabels;
        this.batchSize = batchSize;
        this.seed = seed;
        this.labelSmoothing = CrossEntropy.CheckSmoothing(labelSmoothing, nameof(labelSmoothing));
    }

    /// <inheritdoc/>
    public torch.nn.Module Model => model;

    /// <inheritdoc/>
    public string UnitName => "rows";

    /// <inheritdoc/>
    public long UnitsPerBatch => Math.Min(batchSize, Rows);

    /// <summary>The number of batches that go once through all rows.</summary>
    public long BatchesPerEpoch => ((Rows - 1) / batchSize) + 1;

    private long Rows => labels.shape[0];

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        var rows = torch.tensor(RowsOf(batch), device: features.device);
        var logits = model.call(features.index_select(0, rows));
        return CrossEntropy.Mean(logits, labels.index_select(0, rows), labelSmoothing).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default) =>
        testFeatures is null ? null : Evaluate(model, testFeatures, testLabels!, cancellation);

    /// <summary>Loss and share of right answers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features">(rows, features).</param>
    /// <param name="labels">(rows), int64.</param>
    /// <param name="cancellation">Stops early.</param>
    public static Evaluation Evaluate(
        torch.nn.Module<torch.Tensor, torch.Tensor> model,
        torch.Tensor features,
        torch.Tensor labels,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(features, labels, nameof(labels));
        using var evaluating = model.Evaluating();
        var total = labels.shape[0];
        var (loss, right) = (0.0, 0L);
        for (long start = 0; start < total; start += EvaluationRows)
        {
            Interruption.Point(cancellation);
            using var scope = torch.NewDisposeScope();
            var count = Math.Min(EvaluationRows, total - start);
            var classes = labels.narrow(0, start, count);
            var logits = model.call(features.narrow(0, start, count));
            loss += torch.nn.functional.cross_entropy(logits, classes).ToDouble() * count;
            right += logits.argmax(-1).eq(classes).sum().ToInt64();
        }

        return new Evaluation(loss / total, (double)right / total);
    }

    /// <summary>Which rows a batch holds: in every epoch each row once, in a new order.</summary>
    /// <param name="batch">The batch's number, from 0.</param>
    public long[] RowsOf(long batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        var (epoch, position) = Math.DivRem(batch, BatchesPerEpoch);
        var order = new Permutation(Rows, seed, epoch);
        var first = position * batchSize;
        var rows = new long[Math.Min(batchSize, Rows - first)];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = order[first + i];
        }

        return rows;
    }

    private static void Check(torch.Tensor features, torch.Tensor labels, string name)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels, name);
        if (labels.dim() != 1 || labels.dtype != torch.ScalarType.Int64)
        {
            throw new ArgumentException("Classes are one int64 number per row.", name);
        }

        if (labels.shape[0] == 0 || features.dim() < 2 || features.shape[0] != labels.shape[0])
        {
            throw new ArgumentException(
                $"Rows and classes must be equally many, at least one; there are rows ({string.Join(", ", features.shape)}) and "
                + $"{labels.shape[0]} classes.", name);
        }
    }
}
