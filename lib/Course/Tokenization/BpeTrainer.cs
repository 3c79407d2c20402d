using System.Runtime.InteropServices;
using Course.Runtime;

namespace Course.Tokenization;

/// <summary>
/// Learns the merges of a <see cref="BpeTokenizer"/>: count all pairs of neighbours, merge the most frequent pair everywhere,
/// and again, until the vocabulary is full (Sennrich et al. 2016, algorithm 1).
/// </summary>
/// <remarks>
/// The result depends on the text and the options alone: of pairs that are equally frequent, the one with the smaller left id is
/// merged first, then the one with the smaller right id. Pairs whose token would be longer than
/// <see cref="BpeTokenizer.MaximumTokenBytes"/> are passed over.
/// </remarks>
public sealed class BpeTrainer
{
    private const int WordsBetweenChecks = 1 << 14;

    /// <summary>A trainer with the given options.</summary>
    /// <param name="options">Size of the vocabulary, pre-split, special tokens.</param>
    /// <exception cref="ArgumentException">The vocabulary has no room for the bytes and the special tokens.</exception>
    public BpeTrainer(BpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var smallest = BpeVocabulary.ByteTokens + options.SpecialTokens.Count;
        if (options.VocabularySize < smallest)
        {
            throw new ArgumentException(
                $"A vocabulary of {options.VocabularySize} has no room for {BpeVocabulary.ByteTokens} bytes and "
                + $"{options.SpecialTokens.Count} special tokens; it needs at least {smallest}.",
                nameof(options));
        }

        Options = options;
    }

    /// <summary>A trainer for a vocabulary of this size, with the default options for everything else.</summary>
    /// <param name="vocabularySize">256 bytes and the merges.</param>
    public BpeTrainer(int vocabularySize)
        : this(new BpeTrainerOptions { VocabularySize = vocabularySize })
    {
    }

    /// <summary>What the vocabulary shall be like.</summary>
    public BpeTrainerOptions Options { get; }

    /// <summary>Trains on one text.</summary>
    /// <param name="text">The training text.</param>
    /// <param name="progress">Told about every merge, on the thread that trains.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>A tokenizer with at most <see cref="BpeTrainerOptions.VocabularySize"/> tokens, and its training trace.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BpeTokenizer Train(
        string text, IProgress<BpeMergeStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Train([text], progress, cancellationToken);
    }

    /// <summary>Trains on many documents, which are read once and need not be in memory together.</summary>
    /// <param name="documents">The training documents. No pair reaches from one into the next.</param>
    /// <param name="progress">Told about every merge, on the thread that trains.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>A tokenizer with at most <see cref="BpeTrainerOptions.VocabularySize"/> tokens, and its training trace.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BpeTokenizer Train(
        IEnumerable<string> documents, IProgress<BpeMergeStep>? progress = null, CancellationToken cancellationToken = default)
    {
        var vocabulary = new BpeVocabulary();
        var trace = new List<BpeMergeStep>();
        foreach (var step in Merge(vocabulary, documents, cancellationToken))
        {
            trace.Add(step);
            progress?.Report(step);
        }

        return new BpeTokenizer(vocabulary, Options.SpecialTokens, Options.PreSplit, trace.AsReadOnly());
    }

    /// <summary>
    /// Trains step by step: every element is one merge, made when it is asked for. <c>trainer.Steps(text).Take(3)</c> shows the
    /// first three.
    /// </summary>
    /// <param name="text">The training text.</param>
    public IEnumerable<BpeMergeStep> Steps(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Merge(new BpeVocabulary(), [text], CancellationToken.None);
    }

    private IEnumerable<BpeMergeStep> Merge(
        BpeVocabulary vocabulary, IEnumerable<string> documents, CancellationToken cancellationToken)
    {
        // Text repeats its words, so pairs are counted once in each different word, times the number of its occurrences.
        var corpus = new PairCounts(CountWords(documents, cancellationToken), Options.MinimumFrequency);
        var merges = Options.VocabularySize - BpeVocabulary.ByteTokens - Options.SpecialTokens.Count;
        for (var rank = 0; rank < merges; rank++)
        {
            Interruption.Point(cancellationToken);
            if (!corpus.TryTakeMostFrequent(vocabulary.Fits, out var pair, out var count))
            {
                yield break;
            }

            if (!vocabulary.TryAdd(pair, out var problem))
            {
                throw new InvalidOperationException(problem);
            }

            var token = BpeVocabulary.ByteTokens + rank;
            corpus.Merge(pair, token);
            yield return new BpeMergeStep(
                rank, pair, token, TokenTable.Readable(vocabulary.Tokens[token]), count, corpus.TokenCount);
        }
    }

    private Dictionary<string, long> CountWords(IEnumerable<string> documents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = 0;
        foreach (var document in documents)
        {
            var rest = document.AsSpan();
            while (!rest.IsEmpty)
            {
                var (end, special) = Options.SpecialTokens.FindIn(rest);
                var text = end < 0 ? rest : rest[..end];
                rest = end < 0 ? [] : rest[(end + Options.SpecialTokens[special].Length)..];
                while (!text.IsEmpty)
                {
                    if (words++ % WordsBetweenChecks == 0)
                    {
                        Interruption.Point(cancellationToken);
                    }

                    var word = text[..Options.PreSplit.FirstWord(text)];
                    CollectionsMarshal.GetValueRefOrAddDefault(bySpan, word, out _)++;
                    text = text[word.Length..];
                }
            }
        }

        return counts;
    }
}
