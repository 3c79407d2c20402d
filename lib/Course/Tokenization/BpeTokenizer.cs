using System.Buffers;
using System.Text;

namespace Course.Tokenization;

/// <summary>
/// Byte-pair encoding on UTF-8 bytes: the vocabulary starts with the 256 bytes, and every merge adds one token made of two
/// earlier ones. Frequent words become one token, rare ones a few, and no text at all is outside the vocabulary.
/// </summary>
/// <remarks>
/// <para>
/// Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2, for the method;
/// Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2, for bytes and the pre-split.
/// </para>
/// <para>
/// Ids: 0 to 255 are the bytes, 256 + i is the token that merge i makes, and the special tokens follow. For every well-formed
/// string, decoding what was encoded gives the string back; half a surrogate pair comes back as U+FFFD.
/// A tokenizer never changes and can be used from several threads at once.
/// </para>
/// </remarks>
public sealed class BpeTokenizer : Tokenizer
{
    /// <summary>The largest vocabulary a tokenizer can have.</summary>
    public const int MaximumVocabularySize = 1 << 20;

    /// <summary>
    /// The greatest length of a token, in bytes. Every merge can double the length, so without a limit thirty lines of a file
    /// could ask for a gigabyte.
    /// </summary>
    public const int MaximumTokenBytes = 4096;

    private readonly PairMerger merger;
    private readonly WordCache cache = new();

    /// <summary>A tokenizer with the given merges; usually a <see cref="BpeTrainer"/> finds them.</summary>
    /// <param name="merges">Merge i makes the token 256 + i of two tokens below 256 + i.</param>
    /// <param name="specialTokens">The special tokens, none if null.</param>
    /// <param name="preSplit">How text is cut into words, <see cref="PreSplit.Gpt2"/> if null.</param>
    /// <exception cref="ArgumentException">
    /// A merge refers to a later token or is there twice, or a token would be too long.
    /// </exception>
    public BpeTokenizer(IEnumerable<TokenPair> merges, SpecialTokens? specialTokens = null, PreSplit? preSplit = null)
        : this(new BpeVocabulary(merges), specialTokens ?? SpecialTokens.None, preSplit ?? PreSplit.Gpt2, [])
    {
    }

    internal BpeTokenizer(
        BpeVocabulary vocabulary,
        SpecialTokens specialTokens,
        PreSplit preSplit,
        IReadOnlyList<BpeMergeStep> trainingTrace,
        IReadOnlyList<int>? ids = null)
        : base(vocabulary.Tokens, specialTokens, ids)
    {
        if (VocabularySize > MaximumVocabularySize)
        {
            throw new ArgumentException(
                $"{VocabularySize} tokens are more than the {MaximumVocabularySize} a vocabulary can have.", nameof(vocabulary));
        }

        Merges = vocabulary.Merges.AsReadOnly();
        PreSplit = preSplit;
        TrainingTrace = trainingTrace;
        merger = new PairMerger(Merges, BpeVocabulary.ByteTokens);
    }

    /// <summary>
    /// The merges in the order in which they were learned: merge i makes the token 256 + i. A vocabulary made by another program
    /// (<see cref="TokenizerJson"/>) may give its tokens other ids to the outside; merges count in this order all the same.
    /// </summary>
    public IReadOnlyList<TokenPair> Merges { get; }

    /// <summary>How text is cut into words, which are encoded one by one.</summary>
    public PreSplit PreSplit { get; }

    /// <summary>What happened in training, merge by merge; empty for a tokenizer that was not trained in this process.</summary>
    public IReadOnlyList<BpeMergeStep> TrainingTrace { get; }

    /// <summary>Reads a tokenizer from a file that <see cref="Tokenizer.Save"/> has written.</summary>
    /// <param name="path">The JSON file. It need not be trusted.</param>
    /// <exception cref="InvalidDataException">The file is not a byte-pair tokenizer; the message says where and why.</exception>
    public static new BpeTokenizer Load(string path) => TokenizerFile.Load<BpeTokenizer>(path);

    /// <summary>
    /// The same tokenizer as it was after its first merges. Encoding one sentence with 0, 1, 2, … merges shows how words grow.
    /// </summary>
    /// <param name="count">How many merges to keep, 0 to the number of <see cref="Merges"/>.</param>
    public BpeTokenizer WithFirstMerges(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Merges.Count);
        return new BpeTokenizer(
            new BpeVocabulary(Merges.Take(count)), SpecialTokens, PreSplit, [.. TrainingTrace.Take(count)], RemainingIds());

        // The same order without the tokens that are left out.
        int[]? RemainingIds()
        {
            if (Ids is null)
            {
                return null;
            }

            var kept = Ids.Where((_, token) => token < BpeVocabulary.ByteTokens + count || token >= OrdinaryTokenCount).ToList();
            var order = kept.Order().Index().ToDictionary(pair => pair.Item, pair => pair.Index);
            return [.. kept.Select(id => order[id])];
        }
    }

    /// <summary>
    /// The same tokenizer with other special tokens, for instance to teach a pretrained model to chat. The ids of text do not
    /// change.
    /// </summary>
    /// <param name="specialTokens">All special tokens of the new tokenizer.</param>
    /// <exception cref="InvalidOperationException">
    /// In this vocabulary, made by another program, special tokens stand before text; others in their place would shift it.
    /// </exception>
    public BpeTokenizer WithSpecialTokens(SpecialTokens specialTokens)
    {
        ArgumentNullException.ThrowIfNull(specialTokens);
        if (Ids is null)
        {
            return new BpeTokenizer(new BpeVocabulary(Merges), specialTokens, PreSplit, TrainingTrace);
        }

        var text = Ids.Take(OrdinaryTokenCount).ToList();
        if (text.Max() >= OrdinaryTokenCount)
        {
            throw new InvalidOperationException(
                "The special tokens of this vocabulary stand before or among the tokens of text, whose ids must not change.");
        }

        int[] ids = [.. text, .. Enumerable.Range(OrdinaryTokenCount, specialTokens.Count)];
        return new BpeTokenizer(new BpeVocabulary(Merges), specialTokens, PreSplit, TrainingTrace, ids);
    }

    private protected override void EncodeOrdinary(string text, int start, int length, List<int> tokens)
    {
        var rest = text.AsSpan(start, length);
        while (!rest.IsEmpty)
        {
            var word = rest[..PreSplit.FirstWord(rest)];
            rest = rest[word.Length..];
            if (cache.TryGet(word, out var known))
            {
                tokens.AddRange(known);
            }
            else
            {
                EncodeWord(word, tokens);
            }
        }
    }

    private protected override int CountOrdinary(string text, int start, int length)
    {
        var count = 0;
        var unseen = new List<int>();
        var rest = text.AsSpan(start, length);
        while (!rest.IsEmpty)
        {
            var word = rest[..PreSplit.FirstWord(rest)];
            rest = rest[word.Length..];
            if (cache.TryGet(word, out var known))
            {
                count += known.Length;
            }
            else
            {
                unseen.Clear();
                EncodeWord(word, unseen);
                count += unseen.Count;
            }
        }

        return count;
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> tokens)
    {
        // A byte is its own token, so the bytes are the first encoding; half a surrogate pair becomes the three bytes of U+FFFD.
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(word.Length));
        var length = Encoding.UTF8.GetBytes(word, bytes);
        var encoding = ArrayPool<int>.Shared.Rent(length);
        for (var i = 0; i < length; i++)
        {
            encoding[i] = bytes[i];
        }

        var result = encoding.AsSpan(0, merger.Merge(encoding.AsSpan(0, length)));
        cache.Add(word, result);
        tokens.AddRange(result);
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<int>.Shared.Return(encoding);
    }
}
