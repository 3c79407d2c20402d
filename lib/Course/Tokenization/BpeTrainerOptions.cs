namespace Course.Tokenization;

/// <summary>What a byte-pair vocabulary shall be like.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>
    /// The size of the vocabulary: 256 bytes, the merges and the special tokens. It stays smaller if the text does not have
    /// enough pairs.
    /// </summary>
    public required int VocabularySize
    {
        get;
        init => field = value is >= BpeVocabulary.ByteTokens and <= BpeTokenizer.MaximumVocabularySize
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(VocabularySize), value,
                $"A vocabulary has {BpeVocabulary.ByteTokens} (the bytes) to {BpeTokenizer.MaximumVocabularySize} tokens.");
    }

    /// <summary>
    /// Pairs that are rarer than this in the text are not merged. 2 by default: a pair seen once teaches nothing.
    /// </summary>
    public long MinimumFrequency
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinimumFrequency), value, "The minimum frequency is 1 or more.");
    } = 2;

    /// <summary>How text is cut into words before pairs are counted.</summary>
    public PreSplit PreSplit { get; init => field = value ?? throw new ArgumentNullException(nameof(PreSplit)); } = PreSplit.Gpt2;

    /// <summary>
    /// The special tokens. Where their text occurs in the training text it separates documents and is not learned from.
    /// </summary>
    public SpecialTokens SpecialTokens
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(SpecialTokens));
    } = SpecialTokens.None;
}
