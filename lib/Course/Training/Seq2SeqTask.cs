using Course.Data;
using Course.Models;
using TorchSharp;

namespace Course.Training;

/// <summary>Trains an encoder-decoder on pairs of texts, by teacher forcing.</summary>
public sealed class Seq2SeqTask : ITrainingTask
{
    private readonly Seq2Seq model;
    private readonly IPairSource train;
    private readonly IPairSource? validation;
    private readonly long validationBatches;

    /// <summary>Puts model and data together.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">Pairs to learn from. A finite source must last as long as the training.</param>
    /// <param name="validation">Pairs to evaluate on, always the same; <see langword="null"/> for none.</param>
    /// <param name="validationBatches">How many batches an evaluation takes at most; all of them when left out.</param>
    /// <exception cref="ArgumentException">The texts are longer than the model reads, or validation has no end.</exception>
    public Seq2SeqTask(Seq2Seq model, IPairSource train, IPairSource? validation = null, long? validationBatches = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(validationBatches ?? 1, 1, nameof(validationBatches));
        foreach (var source in new[] { train, validation ?? train })
        {
            if (source.LongestText > model.Config.BlockSize)
            {
                throw new ArgumentException(
                    $"There are texts of {source.LongestText} tokens, but the model reads at most {model.Config.BlockSize} at once.",
                    nameof(train));
            }
        }

        if (validation is not null && validation.BatchCount is null && validationBatches is null)
        {
            throw new ArgumentException(
                "The validation batches have no end. Say how many to take with validationBatches.", nameof(validation));
        }

        this.model = model;
        this.train = train;
        this.validation = validation;
        this.validationBatches = Math.Min(validationBatches ?? long.MaxValue, validation?.BatchCount ?? long.MaxValue);
    }

    /// <inheritdoc/>
    public torch.nn.Module Model => model;

    /// <inheritdoc/>
    public string UnitName => "pairs";

    /// <inheritdoc/>
    public long UnitsPerBatch => train.BatchSize;

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        var pairs = train.Batch(batch, model.Device);
        return model.Loss(pairs.Sources, pairs.Inputs, pairs.Targets, pairs.SourceIsReal).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default) =>
        validation is null ? null : Evaluate(model, validation, validationBatches, cancellation);

    /// <summary>
    /// The mean loss per token, and the share of tokens of which the likeliest is right, each judged knowing the right tokens before it.
    /// Whether whole texts come out right, <see cref="Seq2Seq.Write"/> tells.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The pairs.</param>
    /// <param name="batches">How many batches to take.</param>
    /// <param name="cancellation">Stops early.</param>
    public static Evaluation Evaluate(Seq2Seq model, IPairSource source, long batches, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        using var evaluating = model.Evaluating();
        var (loss, right, tokens) = (0.0, 0L, 0L);
        for (long i = 0; i < batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var pairs = source.Batch(i, model.Device);
            var logits = model.Logits(pairs.Sources, pairs.Inputs, pairs.SourceIsReal);
            var answers = pairs.Targets.ne(TokenBatch.NoTarget).sum().ToInt64();
            loss += LanguageModel.CrossEntropyOf(logits, pairs.Targets).ToDouble() * answers;
            right += logits.argmax(-1).eq(pairs.Targets).sum().ToInt64();
            tokens += answers;
        }

        return new Evaluation(loss / tokens, (double)right / tokens);
    }
}
