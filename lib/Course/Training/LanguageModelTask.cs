using Course.Data;
using Course.Models;
using Course.Runtime;
using TorchSharp;

namespace Course.Training;

/// <summary>Trains a language model on batches of tokens, to predict the next token or to fill in masked ones.</summary>
public sealed class LanguageModelTask : ITrainingTask
{
    private readonly LanguageModel model;
    private readonly IBatchSource train;
    private readonly IBatchSource? validation;
    private readonly ILanguageObjective objective;
    private readonly long validationBatches;

    /// <summary>Puts model, data and objective together.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">Batches to learn from. A finite source must last as long as the training.</param>
    /// <param name="validation">Batches to evaluate on, always the same; <see langword="null"/> for none.</param>
    /// <param name="objective">What is predicted: the next token when left out.</param>
    /// <param name="validationBatches">How many batches an evaluation takes at most; all of them when left out.</param>
    /// <exception cref="ArgumentException">The windows are longer than the model reads, or validation has no end.</exception>
    public LanguageModelTask(
        LanguageModel model,
        IBatchSource train,
        IBatchSource? validation = null,
        ILanguageObjective? objective = null,
        long? validationBatches = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        if (validationBatches is { } most)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(validationBatches));
        }

        foreach (var source in new[] { train, validation ?? train })
        {
            if (source.BlockSize > model.BlockSize)
            {
                throw new ArgumentException(
                    $"The windows have {source.BlockSize} tokens, but the model reads at most {model.BlockSize} at once.", nameof(train));
            }
        }

        if (validation is not null && validation.BatchCount is null && validationBatches is null)
        {
            throw new ArgumentException(
                "The validation batches have no end. Use SequentialEpochs, or say how many to take with validationBatches.",
                nameof(validation));
        }

        this.model = model;
        this.train = train;
        this.validation = validation;
        this.objective = objective ?? new NextTokenObjective();
        this.validationBatches = Math.Min(validationBatches ?? long.MaxValue, validation?.BatchCount ?? long.MaxValue);
    }

    /// <summary>The usual set-up: random windows of one text to learn from, all of another, in order, to evaluate on.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">The text to learn from.</param>
    /// <param name="validation">The text to evaluate on; <see langword="null"/> for none.</param>
    /// <param name="batchSize">Windows in a batch; each as long as the model can read.</param>
    /// <param name="seed">Another seed gives other windows.</param>
    /// <param name="objective">What is predicted: the next token when left out.</param>
    /// <param name="validationBatches">How many batches an evaluation takes at most; all of them when left out.</param>
    /// <exception cref="ArgumentException">A text is too short for one window.</exception>
    public LanguageModelTask(
        LanguageModel model,
        ITokenSequence train,
        ITokenSequence? validation,
        int batchSize,
        long seed,
        ILanguageObjective? objective = null,
        long? validationBatches = null)
        : this(
            model,
            new RandomWindows(train, batchSize, model.BlockSize, seed),
            validation is null ? null : new SequentialEpochs(validation, batchSize, model.BlockSize),
            objective,
            validationBatches)
    {
    }

    /// <inheritdoc/>
    public torch.nn.Module Model => model;

    /// <inheritdoc/>
    public string UnitName => "tokens";

    /// <inheritdoc/>
    public long UnitsPerBatch => (long)train.BatchSize * train.BlockSize;

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        var question = objective.Apply(train.Batch(batch, model.Device), batch);
        return model.Loss(question.Inputs, question.Targets, labelSmoothing: objective.LabelSmoothing).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default) =>
        validation is null ? null : Evaluate(model, validation, objective, validationBatches, cancellation);

    /// <summary>The mean loss per token over many batches, each token counted once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The text.</param>
    /// <param name="objective">What is predicted: the next token when left out.</param>
    /// <param name="batches">How many batches to take: all of the source when left out.</param>
    /// <param name="cancellation">Stops early.</param>
    /// <exception cref="ArgumentException">The source has no end and no number of batches is given.</exception>
    public static Evaluation Evaluate(
        LanguageModel model,
        IBatchSource source,
        ILanguageObjective? objective = null,
        long? batches = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        var count = batches ?? source.BatchCount
            ?? throw new ArgumentException("The batches have no end. Say how many to take.", nameof(batches));
        objective ??= new NextTokenObjective();
        using var evaluating = model.Evaluating();
        var (sum, tokens) = (0.0, 0L);
        for (long i = 0; i < count; i++)
        {
            Interruption.Point(cancellation);
            using var scope = torch.NewDisposeScope();
            // Negative numbers: the same masks in every evaluation, and none of those of the training.
            var question = objective.Apply(source.Batch(i, model.Device), -1 - i);
            var answers = question.Targets.ne(MaskedObjective.NoTarget).sum().ToInt64();
            if (answers > 0)
            {
                sum += model.Loss(question.Inputs, question.Targets).ToDouble() * answers;
                tokens += answers;
            }
        }

        return new Evaluation(sum / tokens);
    }
}
