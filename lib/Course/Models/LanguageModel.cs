using TorchSharp;

namespace Course.Models;

/// <summary>
/// What training and generation need to know of a language model, whatever it is made of: it reads rows of tokens and says at each
/// position how likely every token is.
/// </summary>
public abstract class LanguageModel : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    /// <summary>Names the module.</summary>
    /// <param name="name">The model's kind.</param>
    protected LanguageModel(string name)
        : base(ModuleName.Loaded(name))
    {
    }

    /// <summary>How many different tokens there are.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The longest row the model reads at once, in tokens.</summary>
    public abstract int BlockSize { get; }

    /// <summary>Where the model lives.</summary>
    public abstract torch.Device Device { get; }

    /// <inheritdoc/>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>Logits, (batch, time, vocabulary).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Logits(input);

    /// <summary>How likely each token is at each position, before softmax.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <param name="isReal">(batch, time), bool: false for padding, which nobody looks at; <see langword="null"/> for none.</param>
    /// <returns>Logits, (batch, time, vocabulary).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public abstract torch.Tensor Logits(torch.Tensor input, torch.Tensor? isReal = null);

    /// <summary>How likely each token comes after the last position, before softmax: all that writing on needs.</summary>
    /// <param name="input">Tokens, (batch, time), int64.</param>
    /// <returns>Logits, (batch, vocabulary).</returns>
    /// <exception cref="ArgumentException">The input has another shape or is too long.</exception>
    public virtual torch.Tensor NextLogits(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Logits(input).select(1, -1).MoveToOuterDisposeScope();
    }

    /// <summary>The mean negative log-likelihood of the targets, in nats per token: the cross-entropy.</summary>
    /// <param name="inputs">Tokens, (batch, time), int64.</param>
    /// <param name="targets">The right answer at each position, (batch, time), int64; −100 where none is asked for.</param>
    /// <param name="isReal">(batch, time), bool: false for padding; <see langword="null"/> for none.</param>
    /// <param name="labelSmoothing">How much of the answer is spread over all tokens, in [0, 1): <see cref="CrossEntropy.Mean"/>.</param>
    /// <returns>A single number with a gradient. NaN when no answer is asked for at all.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the input does not fit the model.</exception>
    public virtual torch.Tensor Loss(
        torch.Tensor inputs, torch.Tensor targets, torch.Tensor? isReal = null, double labelSmoothing = 0)
    {
        using var scope = torch.NewDisposeScope();
        return CrossEntropyOf(Logits(inputs, isReal), targets, labelSmoothing).MoveToOuterDisposeScope();
    }

    /// <summary>The mean negative log-likelihood of the targets under logits.</summary>
    /// <param name="logits">(batch, time, vocabulary).</param>
    /// <param name="targets">(batch, time), int64; −100 where no answer is asked for.</param>
    /// <param name="labelSmoothing">How much of the answer is spread over all tokens.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    internal static torch.Tensor CrossEntropyOf(torch.Tensor logits, torch.Tensor targets, double labelSmoothing = 0)
    {
        if (!logits.shape.SkipLast(1).SequenceEqual(targets.shape))
        {
            throw new ArgumentException(
                $"Every input needs its target: the inputs are ({string.Join(", ", logits.shape.SkipLast(1))}), the targets "
                + $"({string.Join(", ", targets.shape)}).", nameof(targets));
        }

        using var scope = torch.NewDisposeScope();
        var rows = logits.reshape(-1, logits.shape[^1]); // (batch · time, vocabulary)
        return CrossEntropy.Mean(rows, targets.reshape(-1), labelSmoothing).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses tokens of another type or shape than (batch, time), or too many of them.</summary>
    /// <param name="input">Tokens.</param>
    /// <param name="start">How many tokens of the text came before.</param>
    /// <exception cref="ArgumentException">They are refused.</exception>
    private protected void CheckTokens(torch.Tensor input, long start = 0) => TokenShape.Check(input, BlockSize, start);
}
