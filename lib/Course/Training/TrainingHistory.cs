using TorchSharp;

namespace Course.Training;

/// <summary>One update of a training.</summary>
/// <param name="Step">How many updates there have been, this one included.</param>
/// <param name="Loss">The mean training loss of the update's batches, before it.</param>
/// <param name="LearningRate">The size of the update.</param>
/// <param name="GradientNorm">The length of the gradient before clipping.</param>
/// <param name="UnitsPerSecond">The speed: tokens or rows per second.</param>
public sealed record TrainingStep(long Step, double Loss, double LearningRate, double GradientNorm, double UnitsPerSecond);

/// <summary>An evaluation in the course of a training.</summary>
/// <param name="Step">After how many updates.</param>
/// <param name="Result">What it found.</param>
public sealed record EvaluationPoint(long Step, Evaluation Result);

/// <summary>The course of a training, update by update: what a chart of it needs.</summary>
public sealed class TrainingHistory
{
    private readonly List<TrainingStep> steps = [];
    private readonly List<EvaluationPoint> evaluations = [];

    /// <summary>Every update, first to last.</summary>
    public IReadOnlyList<TrainingStep> Steps => steps;

    /// <summary>Every evaluation, first to last.</summary>
    public IReadOnlyList<EvaluationPoint> Evaluations => evaluations;

    /// <summary>The updates' numbers: a chart's x axis.</summary>
    public double[] StepNumbers => [.. steps.Select(step => (double)step.Step)];

    /// <summary>The training loss of each update.</summary>
    public double[] Losses => [.. steps.Select(step => step.Loss)];

    /// <summary>The learning rate of each update.</summary>
    public double[] LearningRates => [.. steps.Select(step => step.LearningRate)];

    /// <summary>The gradient's length at each update.</summary>
    public double[] GradientNorms => [.. steps.Select(step => step.GradientNorm)];

    /// <summary>The numbers of the updates after which was evaluated.</summary>
    public double[] EvaluationSteps => [.. evaluations.Select(point => (double)point.Step)];

    /// <summary>The loss of each evaluation.</summary>
    public double[] ValidationLosses => [.. evaluations.Select(point => point.Result.Loss)];

    /// <summary>The last evaluation, if there was one.</summary>
    public Evaluation? FinalEvaluation => evaluations.Count > 0 ? evaluations[^1].Result : null;

    /// <summary>The mean training loss of the last updates: a single batch says little.</summary>
    /// <param name="updates">How many to take the mean of; fewer when there are fewer.</param>
    /// <exception cref="InvalidOperationException">There has been no update yet.</exception>
    public double RecentLoss(int updates = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        return steps.Count > 0
            ? steps.TakeLast(updates).Average(step => step.Loss)
            : throw new InvalidOperationException("There has been no update yet.");
    }

    /// <summary>The training loss, smoothed: each value is the mean of the updates around it, for a line that can be read.</summary>
    /// <param name="window">How many updates are averaged; fewer at both ends.</param>
    /// <returns>As many values as <see cref="Losses"/>.</returns>
    public double[] SmoothedLosses(int window = 21)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        var losses = Losses;
        var sums = new double[losses.Length + 1];
        for (var i = 0; i < losses.Length; i++)
        {
            sums[i + 1] = sums[i] + losses[i];
        }

        var smoothed = new double[losses.Length];
        for (var i = 0; i < losses.Length; i++)
        {
            var from = Math.Max(0, i - (window / 2));
            var to = Math.Min(losses.Length, i + ((window - 1) / 2) + 1);
            smoothed[i] = (sums[to] - sums[from]) / (to - from);
        }

        return smoothed;
    }

    /// <summary>Appends an update.</summary>
    /// <param name="step">The update.</param>
    public void Add(TrainingStep step) => steps.Add(step);

    /// <summary>Appends an evaluation, or replaces the last one when no update lies between them.</summary>
    /// <param name="point">The evaluation.</param>
    public void Add(EvaluationPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        // Whoever trains in several runs evaluates at the end of one and the beginning of the next: once is enough.
        if (evaluations.Count > 0 && evaluations[^1].Step == point.Step)
        {
            evaluations[^1] = point;
        }
        else
        {
            evaluations.Add(point);
        }
    }

    /// <summary>The updates as a table: (updates, 5), float64.</summary>
    internal torch.Tensor StepTable() => Table(
        steps.Select(s => new[] { s.Step, s.Loss, s.LearningRate, s.GradientNorm, s.UnitsPerSecond }), 5);

    /// <summary>The evaluations as a table: (evaluations, 3), float64; a missing accuracy is NaN.</summary>
    internal torch.Tensor EvaluationTable() => Table(
        evaluations.Select(e => new[] { e.Step, e.Result.Loss, e.Result.Accuracy ?? double.NaN }), 3);

    internal static TrainingHistory FromTables(torch.Tensor stepTable, torch.Tensor evaluationTable)
    {
        var history = new TrainingHistory();
        foreach (var row in Rows(stepTable, 5))
        {
            history.Add(new TrainingStep((long)row[0], row[1], row[2], row[3], row[4]));
        }

        foreach (var row in Rows(evaluationTable, 3))
        {
            history.Add(new EvaluationPoint((long)row[0], new Evaluation(row[1], double.IsNaN(row[2]) ? null : row[2])));
        }

        return history;
    }

    private static torch.Tensor Table(IEnumerable<double[]> rows, int columns)
    {
        var numbers = rows.SelectMany(row => row).ToArray();
        return torch.tensor(numbers, [numbers.Length / columns, columns], device: torch.CPU);
    }

    private static IEnumerable<double[]> Rows(torch.Tensor table, int columns)
    {
        if (table.dim() != 2 || table.shape[1] != columns || table.dtype != torch.ScalarType.Float64)
        {
            throw new InvalidDataException($"A table of a training's course needs {columns} columns of float64.");
        }

        // TorchSharp cannot copy out a table without rows.
        return table.shape[0] == 0 ? [] : table.data<double>().ToArray().Chunk(columns);
    }
}
