using System.Runtime.InteropServices;
using Course.Generation.Fast;
using Course.Models;
using Course.Runtime;
using Course.Tokenization;

namespace Course.Generation;

/// <summary>
/// Lets a language model write: it says how likely each token comes next, one is chosen, appended, and the longer text is read
/// again.
/// </summary>
/// <remarks>
/// A <see cref="Gpt"/> keeps the keys and values of what it has read, which changes the speed and nothing else
/// (<see cref="UseCache"/>). When the text grows longer than the model can read, <see cref="FullContext"/> says what it reads then.
/// </remarks>
public sealed class TextGenerator
{
    private readonly Func<bool, INextTokenModel> open;
    private readonly ITokenizer tokenizer;
    private readonly int modelVocabulary;
    private readonly int blockSize;

    /// <summary>Puts a model and its tokenizer together.</summary>
    /// <param name="model">A model that predicts the next token.</param>
    /// <param name="tokenizer">The tokenizer it was trained with.</param>
    /// <exception cref="ArgumentException">The model sees both sides, or has fewer tokens than the tokenizer.</exception>
    public TextGenerator(LanguageModel model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model is Gpt { Config.Causal: false })
        {
            throw new ArgumentException("This model was built to fill in masked tokens (Causal = false); it cannot write on.", nameof(model));
        }

        // Opened for each text: training between two texts changes what a cache would remember.
        open = useCache => useCache && model is Gpt gpt ? new CachedModel(gpt) : new UncachedModel(model);
        (modelVocabulary, blockSize) = (model.VocabularySize, model.BlockSize);
        this.tokenizer = Fitting(tokenizer);
    }

    /// <summary>Puts a trained model, made ready for fast decoding, and its tokenizer together.</summary>
    /// <param name="decoder">The model; used, not disposed.</param>
    /// <param name="tokenizer">The tokenizer it was trained with.</param>
    /// <exception cref="ArgumentException">The model has fewer tokens than the tokenizer.</exception>
    public TextGenerator(FastDecoder decoder, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        open = _ => new FastModel(decoder);
        (modelVocabulary, blockSize) = (decoder.VocabularySize, decoder.BlockSize);
        this.tokenizer = Fitting(tokenizer);
    }

    /// <summary>
    /// Whether a <see cref="Gpt"/> keeps what it has computed for the earlier tokens. The text is the same either way. A
    /// <see cref="FastDecoder"/> always does, other models never.
    /// </summary>
    public bool UseCache { get; init; } = true;

    /// <summary>What the model reads when the text has become longer than it can read at once.</summary>
    public FullContext FullContext { get; init; }

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text to continue. Nothing to continue is not possible: give at least a line break.</param>
    /// <param name="maxTokens">How many tokens are written at most.</param>
    /// <param name="sampling">How tokens are chosen; from the model's own probabilities when left out.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="onText">Gets each piece of text as soon as it is written: whole characters, never parts of one.</param>
    /// <param name="stopToken">Writing ends when this token is chosen; it is not part of the text. <see langword="null"/> for none.</param>
    /// <param name="cancellation">Stops between two tokens with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="stop">
    /// Writing ends when one of these strings is complete, wherever its tokens begin and end; it is not part of the text.
    /// </param>
    /// <returns>The new text, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    public string Generate(
        string prompt,
        int maxTokens = 200,
        SamplingOptions? sampling = null,
        int seed = 0,
        Action<string>? onText = null,
        int? stopToken = null,
        CancellationToken cancellation = default,
        IReadOnlyCollection<string>? stop = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var output = new TextOutput(tokenizer, stop, onText);
        foreach (var token in Tokens(tokenizer.Encode(prompt), maxTokens, sampling, seed, stopToken, cancellation))
        {
            if (!output.Append(token))
            {
                break;
            }
        }

        return output.End();
    }

    /// <summary>Continues several texts at the same time, which takes much less time than one after the other.</summary>
    /// <param name="prompts">The texts to continue, of any lengths; each is written on as if it were alone.</param>
    /// <param name="maxTokens">How many tokens are written at most for each.</param>
    /// <param name="sampling">How tokens are chosen; from the model's own probabilities when left out.</param>
    /// <param name="seed">Text i is the one that <see cref="Generate"/> writes with the seed <c>seed + i</c>.</param>
    /// <param name="stopToken">A text ends when this token is chosen.</param>
    /// <param name="cancellation">Stops between two tokens with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="stop">A text ends when one of these strings is complete.</param>
    /// <returns>The new texts, without the prompts.</returns>
    /// <exception cref="ArgumentException">A prompt is empty.</exception>
    public IReadOnlyList<string> GenerateBatch(
        IReadOnlyList<string> prompts,
        int maxTokens = 200,
        SamplingOptions? sampling = null,
        int seed = 0,
        int? stopToken = null,
        CancellationToken cancellation = default,
        IReadOnlyCollection<string>? stop = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        var options = (sampling ?? SamplingOptions.Default).Validated();
        var rows = prompts.Select((prompt, i) => new Row(
            [.. CheckedPrompt(tokenizer.Encode(prompt))], new TextOutput(tokenizer, stop, null), new Random(unchecked(seed + i)))).ToList();
        using var model = open(UseCache);
        var live = rows.ToList();
        for (var written = 0; written < maxTokens && live.Count > 0; written++)
        {
            Interruption.Point(cancellation);
            var logits = model.NextLogits([.. live.Select(row => Window(row.Text))]);
            for (var i = 0; i < live.Count; i++)
            {
                live[i].IsLive = live[i].Choose(logits[i].AsSpan(0, tokenizer.VocabularySize), options, stopToken);
            }

            live.RemoveAll(row => !row.IsLive);
        }

        return [.. rows.Select(row => row.Output.End())];
    }

    /// <summary>Looks for the likeliest continuations as a whole: beam search.</summary>
    /// <param name="prompt">The text to continue.</param>
    /// <param name="maxTokens">How many tokens are written at most, a stop token included.</param>
    /// <param name="beams">How many beginnings are followed at once; 1 is greedy choice.</param>
    /// <param name="lengthPenalty">
    /// Hypotheses are ranked by log p / length^penalty: 0 prefers short texts, 1 compares the mean per token, more prefers long ones.
    /// </param>
    /// <param name="stopToken">Ends a hypothesis. Without one all have <paramref name="maxTokens"/> tokens.</param>
    /// <param name="cancellation">Stops between two tokens with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>At most <paramref name="beams"/> hypotheses, best first.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public IReadOnlyList<Hypothesis> BeamSearch(
        string prompt,
        int maxTokens = 50,
        int beams = 4,
        double lengthPenalty = 1,
        int? stopToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(beams, 1);
        if (!(lengthPenalty >= 0 && double.IsFinite(lengthPenalty)))
        {
            throw new ArgumentOutOfRangeException(nameof(lengthPenalty), lengthPenalty, "The length penalty is 0 or more; 1 is usual.");
        }

        using var model = open(UseCache);
        return [.. new BeamSearch(model, tokenizer.VocabularySize, FullContext)
            .Search(CheckedPrompt(tokenizer.Encode(prompt)), maxTokens, beams, lengthPenalty, stopToken, cancellation)
            .Select(beam => ToHypothesis(beam, lengthPenalty))];
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
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        return Write(CheckedPrompt(prompt), maxTokens, (sampling ?? SamplingOptions.Default).Validated(), seed, stopToken, cancellation);
    }

    /// <summary>How likely each token comes after a text, before any filter.</summary>
    /// <param name="prompt">At least one token; of a longer text than the model can read, the last part counts.</param>
    /// <returns>One logit per token the tokenizer knows.</returns>
    public float[] NextLogits(IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count, nameof(prompt));
        using var model = open(false);
        return Next(model, prompt);
    }

    private IEnumerable<int> Write(
        IReadOnlyList<int> prompt, int maxTokens, SamplingOptions sampling, int seed, int? stopToken, CancellationToken cancellation)
    {
        using var model = open(UseCache);
        var random = new Random(seed);
        var text = new List<int>(prompt);
        for (var i = 0; i < maxTokens; i++)
        {
            Interruption.Point(cancellation);
            var token = Sampler.Next(Next(model, text), sampling, random, CollectionsMarshal.AsSpan(text));
            if (token == stopToken)
            {
                yield break;
            }

            text.Add(token);
            yield return token;
        }
    }

    // A model may have more rows than the tokenizer has tokens, to make its tables a round size: those are never chosen.
    private float[] Next(INextTokenModel model, IReadOnlyList<int> text) =>
        model.NextLogits([Window(text)])[0][..tokenizer.VocabularySize];

    private int[] Window(IReadOnlyList<int> text) => [.. text.Skip(Windows.Start(text.Count, blockSize, FullContext))];

    private Hypothesis ToHypothesis(BeamSearch.Beam beam, double lengthPenalty)
    {
        var tokens = beam.IsFinished ? beam.Tokens[..^1] : beam.Tokens;
        return new Hypothesis(tokens, tokenizer.Decode(tokens), beam.LogProbability, beam.Score(lengthPenalty), beam.IsFinished);
    }

    private ITokenizer Fitting(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.VocabularySize <= modelVocabulary
            ? tokenizer
            : throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but the model knows only {modelVocabulary}: they do not "
                + "belong together.", nameof(tokenizer));
    }

    private IReadOnlyList<int> CheckedPrompt(IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0)
        {
            throw new ArgumentException("There is nothing to continue: give at least one token, such as a line break.", nameof(prompt));
        }

        foreach (var token in prompt)
        {
            if (token < 0 || token >= modelVocabulary)
            {
                throw new ArgumentOutOfRangeException(nameof(prompt), token, $"The model's tokens are 0 to {modelVocabulary - 1}.");
            }
        }

        return prompt;
    }

    /// <summary>One of several texts that are written at the same time.</summary>
    private sealed class Row(List<int> text, TextOutput output, Random random)
    {
        public List<int> Text => text;

        public TextOutput Output => output;

        public bool IsLive { get; set; } = true;

        /// <summary>Writes a token; false when the text has ended.</summary>
        public bool Choose(ReadOnlySpan<float> logits, SamplingOptions options, int? stopToken)
        {
            var token = Sampler.Next(logits, options, random, CollectionsMarshal.AsSpan(text));
            if (token == stopToken)
            {
                return false;
            }

            text.Add(token);
            return output.Append(token);
        }
    }
}
