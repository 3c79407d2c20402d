using System.Text;
using Course.Models;
using Course.Tokenization;
using TorchSharp;

namespace Course.Generation;

/// <summary>
/// Lets a language model write: it says how likely each token comes next, one is chosen, appended, and the longer text is read
/// again.
/// </summary>
/// <remarks>
/// When the text grows longer than the model can read, it reads the last part of it: the window slides. Each token costs a pass
/// over the whole window.
/// </remarks>
public sealed class TextGenerator
{
    private readonly LanguageModel model;
    private readonly ITokenizer tokenizer;

    /// <summary>Puts a model and its tokenizer together.</summary>
    /// <param name="model">A model that predicts the next token.</param>
    /// <param name="tokenizer">The tokenizer it was trained with.</param>
    /// <exception cref="ArgumentException">The model sees both sides, or has fewer tokens than the tokenizer.</exception>
    public TextGenerator(LanguageModel model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (model is Gpt { Config.Causal: false })
        {
            throw new ArgumentException("This model was built to fill in masked tokens (Causal = false); it cannot write on.", nameof(model));
        }

        if (model.VocabularySize < tokenizer.VocabularySize)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but the model knows only {model.VocabularySize}: they do not "
                + "belong together.", nameof(tokenizer));
        }

        this.model = model;
        this.tokenizer = tokenizer;
    }

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text to continue. Nothing to continue is not possible: give at least a line break.</param>
    /// <param name="maxTokens">How many tokens are written at most.</param>
    /// <param name="sampling">How tokens are chosen; from the model's own probabilities when left out.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="onText">Gets each piece of text as soon as it is written: whole characters, never parts of one.</param>
    /// <param name="stopToken">Writing ends when this token is chosen; it is not part of the text. <see langword="null"/> for none.</param>
    /// <param name="cancellation">Stops between two tokens with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The new text, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    public string Generate(
        string prompt,
        int maxTokens = 200,
        SamplingOptions? sampling = null,
        int seed = 0,
        Action<string>? onText = null,
        int? stopToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var decoder = new StreamingDecoder(tokenizer);
        var text = new StringBuilder();
        foreach (var token in Tokens(tokenizer.Encode(prompt), maxTokens, sampling, seed, stopToken, cancellation))
        {
            Emit(decoder.Append(token));
        }

        Emit(decoder.Flush());
        return text.ToString();

        void Emit(string piece)
        {
            if (piece.Length > 0)
            {
                text.Append(piece);
                onText?.Invoke(piece);
            }
        }
    }

    /// <summary>Continues a row of tokens, one at a time, for as long as the caller asks for the next.</summary>
    /// <param name="prompt">The tokens to continue; at least one.</param>
    /// <param name="maxTokens">How many tokens are written at most.</param>
    /// <param name="sampling">How tokens are chosen; from the model's own probabilities when left out.</param>
    /// <param name="seed">The same seed gives the same tokens.</param>
    /// <param name="stopToken">Writing ends when this token is chosen; it is not returned.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <returns>The new tokens.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a number is out of its range.</exception>
    public IEnumerable<int> Tokens(
        IReadOnlyList<int> prompt,
        int maxTokens,
        SamplingOptions? sampling = null,
        int seed = 0,
        int? stopToken = null,
        CancellationToken cancellation = default)
    {
        // Checked here and not in the iterator, which would only complain when the first token is asked for.
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        if (prompt.Count == 0)
        {
            throw new ArgumentException("There is nothing to continue: give at least one token, such as a line break.", nameof(prompt));
        }

        foreach (var token in prompt)
        {
            if (token < 0 || token >= model.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(prompt), token, $"The model's tokens are 0 to {model.VocabularySize - 1}.");
            }
        }

        return Write(prompt, maxTokens, (sampling ?? SamplingOptions.Default).Validated(), seed, stopToken, cancellation);
    }

    /// <summary>How likely each token comes after a text, before any filter.</summary>
    /// <param name="prompt">At least one token; of a longer text than the model can read, the last part counts.</param>
    /// <returns>One logit per token the tokenizer knows.</returns>
    public float[] NextLogits(IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count, nameof(prompt));
        using var scope = torch.NewDisposeScope();
        using var evaluating = model.Evaluating();
        var window = prompt.Skip(Math.Max(0, prompt.Count - model.BlockSize)).Select(token => (long)token).ToArray();
        var input = torch.tensor(window, [1, window.Length], device: model.Device);
        var logits = model.NextLogits(input); // (1, vocabulary)
        // A model may have more rows than the tokenizer has tokens, to make its tables a round size: those are never chosen.
        return logits[0].narrow(0, 0, tokenizer.VocabularySize).cpu().data<float>().ToArray();
    }

    private IEnumerable<int> Write(
        IReadOnlyList<int> prompt, int maxTokens, SamplingOptions sampling, int seed, int? stopToken, CancellationToken cancellation)
    {
        var random = new Random(seed);
        var text = new List<int>(prompt);
        for (var i = 0; i < maxTokens; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var token = Sampler.Next(NextLogits(text), sampling, random);
            if (token == stopToken)
            {
                yield break;
            }

            text.Add(token);
            yield return token;
        }
    }
}
