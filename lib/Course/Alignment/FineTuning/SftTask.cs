using Course.Alignment.Conversations;
using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Training;
using TorchSharp;

namespace Course.Alignment.FineTuning;

/// <summary>
/// Supervised fine-tuning: a pretrained model learns from conversations, by the same cross-entropy as before, but counted on the
/// assistant's tokens only (Ouyang et al. 2022, section 3.5). Hand it to a <see cref="Trainer"/>.
/// </summary>
public sealed class SftTask : ITrainingTask
{
    private readonly LanguageModel model;
    private readonly MaskedBatches train;
    private readonly MaskedBatches? validation;
    private readonly int accumulation;

    /// <summary>Puts model and conversations together.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">Conversations to learn from.</param>
    /// <param name="validation">Conversations to evaluate on, with an end; <see langword="null"/> for none.</param>
    /// <param name="accumulation">The trainer's <see cref="TrainerOptions.Accumulation"/>, which must be the same.</param>
    /// <param name="adapters">When given, only these learn and the model stays as it is: <see cref="LoraAdapters"/>.</param>
    /// <exception cref="ArgumentException">The rows are longer than the model reads, or validation has no end.</exception>
    public SftTask(
        LanguageModel model,
        MaskedBatches train,
        MaskedBatches? validation = null,
        int accumulation = 1,
        LoraAdapters? adapters = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(accumulation, 1);
        foreach (var source in new[] { train, validation ?? train })
        {
            if (source.BlockSize > model.BlockSize)
            {
                throw new ArgumentException(
                    $"The rows have up to {source.BlockSize} tokens, but the model reads at most {model.BlockSize} at once.", nameof(train));
            }
        }

        if (validation is { BatchCount: null })
        {
            throw new ArgumentException("The validation batches have no end: give them a number of epochs.", nameof(validation));
        }

        (this.model, this.train, this.validation, this.accumulation) = (model, train, validation, accumulation);
        Model = (torch.nn.Module?)adapters ?? model;
    }

    /// <inheritdoc/>
    public torch.nn.Module Model { get; }

    /// <inheritdoc/>
    public string UnitName => "tokens";

    /// <inheritdoc/>
    public long UnitsPerBatch => (long)train.BatchSize * train.BlockSize;

    /// <inheritdoc/>
    /// <remarks>
    /// Batches that are accumulated for one update are one large batch, and its loss is the mean over all its learned tokens. The mean
    /// of the small batches' means would be another number, in which tokens of batches with short answers weigh more.
    /// </remarks>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        var tokens = train.Batch(batch, model.Device);
        var sum = SumOfLosses(tokens);
        var first = batch - (batch % accumulation);
        long learned = 0;
        for (var part = first; part < first + accumulation; part++)
        {
            learned += train.LearnedCount(part);
        }

        // The trainer divides by the number of batches it accumulates.
        return (sum * ((double)accumulation / learned)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default) =>
        validation is null ? null : Evaluate(model, validation, cancellation);

    /// <summary>
    /// The mean loss of the assistant's tokens, each counted once, and the share of them that the model finds likeliest.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The conversations, with an end.</param>
    /// <param name="cancellation">Stops early.</param>
    /// <exception cref="ArgumentException">The source has no end.</exception>
    public static Evaluation Evaluate(LanguageModel model, MaskedBatches source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        var count = source.BatchCount
            ?? throw new ArgumentException("The batches have no end: give them a number of epochs.", nameof(source));
        using var evaluating = model.Evaluating();
        var (loss, right, learned) = (0.0, 0L, 0L);
        for (long i = 0; i < count; i++)
        {
            Interruption.Point(cancellation);
            using var scope = torch.NewDisposeScope();
            var tokens = source.Batch(i, model.Device);
            var logits = model.Logits(tokens.Inputs);
            loss += CrossEntropySum(logits, tokens.Targets).ToDouble();
            right += logits.argmax(-1).eq(tokens.Targets).sum().ToInt64(); // no token is −100, so no masked one is ever right
            learned += source.LearnedCount(i);
        }

        return new Evaluation(loss / learned, (double)right / learned);
    }

    private torch.Tensor SumOfLosses(TokenBatch tokens) => CrossEntropySum(model.Logits(tokens.Inputs), tokens.Targets);

    private static torch.Tensor CrossEntropySum(torch.Tensor logits, torch.Tensor targets) => torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[^1]), targets.reshape(-1), ignore_index: TokenBatch.NoTarget, reduction: torch.nn.Reduction.Sum);
}
