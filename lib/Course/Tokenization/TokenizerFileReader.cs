namespace Course.Tokenization;

/// <summary>
/// The contents of a <see cref="TokenizerFile"/>, after its format and version. Every number and reference is checked where it stands.
/// </summary>
internal static class TokenizerFileReader
{
    public static BpeTokenizer ReadBpe(ref StrictJsonReader reader)
    {
        PreSplit? preSplit = null;
        SpecialTokens? specialTokens = null;
        BpeVocabulary? vocabulary = null;
        List<int>? ids = null;
        while (reader.TryReadProperty(out var name))
        {
            switch (name)
            {
                case "preSplit" when preSplit is null:
                    preSplit = ReadPreSplit(ref reader);
                    break;
                case "specialTokens" when specialTokens is null:
                    specialTokens = ReadSpecialTokens(ref reader);
                    break;
                case "merges" when vocabulary is null:
                    vocabulary = ReadMerges(ref reader);
                    break;
                case "ids" when ids is null:
                    ids = ReadIds(ref reader);
                    break;
                default:
                    throw reader.UnexpectedProperty(name);
            }
        }

        reader.End();
        if (preSplit is null || specialTokens is null || vocabulary is null)
        {
            throw reader.Error("a byte-pair tokenizer needs 'preSplit', 'specialTokens' and 'merges'; one is missing.");
        }

        if (vocabulary.Tokens.Count + specialTokens.Count > BpeTokenizer.MaximumVocabularySize)
        {
            throw reader.Error($"there are more than {BpeTokenizer.MaximumVocabularySize} tokens.");
        }

        return Made(ref reader, () => new BpeTokenizer(vocabulary, specialTokens, preSplit, [], ids));
    }

    public static CharTokenizer ReadChar(ref StrictJsonReader reader)
    {
        string? characters = null;
        SpecialTokens? specialTokens = null;
        while (reader.TryReadProperty(out var name))
        {
            switch (name)
            {
                case "characters" when characters is null:
                    characters = reader.ReadString(TokenizerFile.MaximumFileBytes, "the characters");
                    _ = Made(ref reader, () => new CharTokenizer(characters));
                    break;
                case "specialTokens" when specialTokens is null:
                    specialTokens = ReadSpecialTokens(ref reader);
                    break;
                default:
                    throw reader.UnexpectedProperty(name);
            }
        }

        reader.End();
        return characters is not null && specialTokens is not null
            ? new CharTokenizer(characters, specialTokens)
            : throw reader.Error("a character tokenizer needs 'characters' and 'specialTokens'; one is missing.");
    }

    public static SentencePieceTokenizer ReadSentencePiece(ref StrictJsonReader reader)
    {
        reader.RequireProperty("pieces");
        reader.BeginArray("the pieces");
        var pieces = new List<ScoredPiece>();
        while (reader.TryReadElement())
        {
            if (pieces.Count == BpeTokenizer.MaximumVocabularySize)
            {
                throw reader.Error($"there are more than {BpeTokenizer.MaximumVocabularySize} pieces.");
            }

            reader.ArrayHere("a piece");
            var text = reader.ReadString(BpeTokenizer.MaximumTokenBytes, "the text of a piece");
            pieces.Add(new ScoredPiece(text, reader.ReadNumber("the score of a piece")));
            reader.EndArray("a piece, which has a text and a score");
        }

        if (reader.TryReadProperty(out var name))
        {
            throw reader.UnexpectedProperty(name);
        }

        reader.End();
        return Made(ref reader, () => new SentencePieceTokenizer(pieces));
    }

    private static List<int> ReadIds(ref StrictJsonReader reader)
    {
        var ids = new List<int>();
        reader.BeginArray("the ids");
        while (reader.TryReadElement())
        {
            ids.Add(reader.IntegerHere(0, BpeTokenizer.MaximumVocabularySize - 1, "an id"));
        }

        return ids;
    }

    private static PreSplit ReadPreSplit(ref StrictJsonReader reader)
    {
        var name = reader.ReadString(64, "the pre-split rule");
        return Made(ref reader, () => PreSplit.FromName(name));
    }

    private static SpecialTokens ReadSpecialTokens(ref StrictJsonReader reader)
    {
        var texts = new List<string>();
        reader.BeginArray("the special tokens");
        while (reader.TryReadElement())
        {
            if (texts.Count == SpecialTokens.MaximumCount)
            {
                throw reader.Error($"there are more than {SpecialTokens.MaximumCount} special tokens.");
            }

            // A character of UTF-16 has at most three bytes of UTF-8, or six as an escape.
            texts.Add(reader.StringHere(6 * SpecialTokens.MaximumLength, "a special token"));
        }

        return Made(ref reader, () => new SpecialTokens(texts));
    }

    private static BpeVocabulary ReadMerges(ref StrictJsonReader reader)
    {
        var vocabulary = new BpeVocabulary();
        reader.BeginArray("the merges");
        while (reader.TryReadElement())
        {
            reader.ArrayHere("a merge");
            var left = reader.ReadInteger(0, BpeTokenizer.MaximumVocabularySize - 1, "the left token of a merge");
            var right = reader.ReadInteger(0, BpeTokenizer.MaximumVocabularySize - 1, "the right token of a merge");
            if (!vocabulary.TryAdd(new TokenPair(left, right), out var problem))
            {
                throw reader.Error(problem);
            }

            reader.EndArray("a merge, which has two tokens");
        }

        return vocabulary;
    }

    // What a constructor refuses is refused at this place of the file; without the name of a parameter, which says nothing to its owner.
    private static T Made<T>(ref StrictJsonReader reader, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw reader.Error(e.Message.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal));
        }
    }
}
