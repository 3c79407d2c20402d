using Course.Tokenization;

namespace Course.Models.Formats;

/// <summary>A tokenizer as the settings of a GGUF file describe it.</summary>
internal static class GgufVocabulary
{
    // The numbers of the kinds of tokens in the file.
    private enum TokenKind
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        Unused = 5,
        Byte = 6,
    }

    /// <summary>Adds the settings.</summary>
    /// <param name="settings">Gets them.</param>
    /// <param name="tokenizer">The tokenizer, or <see langword="null"/> for a model that comes without one.</param>
    /// <param name="size">How many tokens the model has; those the tokenizer does not know are marked as unused.</param>
    /// <exception cref="ArgumentException">The format has no such tokenizer, or the model fewer tokens.</exception>
    public static void Describe(GgufSettings settings, Tokenizer? tokenizer, int size)
    {
        if (tokenizer is not null && tokenizer.VocabularySize > size)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but the model only {size}: they do not belong together.", nameof(tokenizer));
        }

        switch (tokenizer)
        {
            case null:
                settings.Add("tokenizer.ggml.model", "no_vocab");
                break;
            case BpeTokenizer pairs:
                Describe(settings, pairs, size);
                break;
            case SentencePieceTokenizer pieces:
                Describe(settings, pieces, size);
                break;
            default:
                throw new ArgumentException(
                    $"GGUF knows byte-pair and SentencePiece tokenizers, no {tokenizer.GetType().Name}. Leave it out to write the model alone.",
                    nameof(tokenizer));
        }
    }

    private static void Describe(GgufSettings settings, BpeTokenizer tokenizer, int size)
    {
        var names = TokenizerJson.NamesOf(tokenizer);
        var (texts, kinds) = Unused(size);
        for (var token = 0; token < names.Length; token++)
        {
            var id = tokenizer.Ids?[token] ?? token;
            (texts[id], kinds[id]) = (names[token], TokenKind.Normal);
        }

        foreach (var special in tokenizer.SpecialTokens)
        {
            var id = tokenizer.IdOf(special);
            (texts[id], kinds[id]) = (special, TokenKind.Control);
        }

        settings.Add("tokenizer.ggml.model", "gpt2");
        settings.Add("tokenizer.ggml.pre", RuleName(tokenizer.PreSplit));
        AddTokens(settings, texts, kinds);
        settings.Add("tokenizer.ggml.merges", [.. tokenizer.Merges.Select(merge => $"{names[merge.Left]} {names[merge.Right]}")]);
        settings.Add("tokenizer.ggml.add_bos_token", false);
        if (tokenizer.SpecialTokens.IndexOf(SpecialTokens.EndOfText) >= 0)
        {
            var end = (uint)tokenizer.IdOf(SpecialTokens.EndOfText);
            settings.Add("tokenizer.ggml.bos_token_id", end);
            settings.Add("tokenizer.ggml.eos_token_id", end);
        }
    }

    private static void Describe(GgufSettings settings, SentencePieceTokenizer tokenizer, int size)
    {
        const char Blank = '\u2581'; // SentencePiece writes a blank as this sign
        var (texts, kinds) = Unused(size);
        var scores = new float[size];
        for (var id = 0; id < tokenizer.Pieces.Count; id++)
        {
            var piece = tokenizer.Pieces[id];
            (texts[id], kinds[id]) = (piece.Text.Replace(' ', Blank), tokenizer.IsByte(id) ? TokenKind.Byte : TokenKind.Normal);
            scores[id] = piece.Score;
        }

        settings.Add("tokenizer.ggml.model", "llama");
        settings.Add("tokenizer.ggml.pre", "default");
        foreach (var (key, special, kind) in ((string, string, TokenKind)[])
        [
            ("unknown", SentencePieceTokenizer.Unknown, TokenKind.Unknown),
            ("bos", SentencePieceTokenizer.BeginOfText, TokenKind.Control),
            ("eos", SentencePieceTokenizer.EndOfText, TokenKind.Control),
        ])
        {
            var id = tokenizer.IdOf(special);
            (texts[id], kinds[id]) = (special, kind);
            settings.Add($"tokenizer.ggml.{key}_token_id", (uint)id);
        }

        AddTokens(settings, texts, kinds);
        settings.Add("tokenizer.ggml.scores", scores);
        settings.Add("tokenizer.ggml.add_bos_token", tokenizer.AddBeginOfText);
        settings.Add("tokenizer.ggml.add_space_prefix", true);
    }

    private static (string[] Texts, TokenKind[] Kinds) Unused(int size) =>
        ([.. Enumerable.Range(0, size).Select(id => $"[UNUSED{id}]")], [.. Enumerable.Repeat(TokenKind.Unused, size)]);

    private static void AddTokens(GgufSettings settings, string[] texts, TokenKind[] kinds)
    {
        settings.Add("tokenizer.ggml.tokens", texts);
        settings.Add("tokenizer.ggml.token_type", Array.ConvertAll(kinds, kind => (int)kind));
    }

    // Readers know the rules that cut a text into words by the name of a model that uses them; DBRX has the expression of GPT-4.
    private static string RuleName(PreSplit rule) => rule == PreSplit.Gpt2 ? "gpt-2"
        : rule == PreSplit.Gpt4 ? "dbrx"
        : throw new ArgumentException($"GGUF has no name for the pre-split rule '{rule}'. Train the tokenizer with {PreSplit.Gpt2} or {PreSplit.Gpt4}.", nameof(rule));
}
