using System.Text.Json;

namespace Course.Tokenization;

/// <summary>Reads the files of <see cref="TokenizerJson"/>. What a file asks for and this library does not do is refused, not ignored.</summary>
internal static class TokenizerJsonReader
{
    public static BpeTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!stream.CanSeek || stream.Length > TokenizerFile.MaximumFileBytes)
        {
            throw new InvalidDataException($"'{path}' is larger than {TokenizerFile.MaximumFileBytes >> 20} MiB, so it is no tokenizer.");
        }

        try
        {
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or InvalidDataException)
        {
            // A value of another kind, a number that does not fit, half a surrogate pair: the JSON library says so in these ways.
            throw new InvalidDataException($"'{path}' cannot be used as a tokenizer. {e.Message}", e);
        }
    }

    private static BpeTokenizer Read(JsonElement root)
    {
        Require(root.ValueKind == JsonValueKind.Object, "It is no JSON object.");
        Require(root.TryGetProperty("model", out var model), "It has no 'model'.");
        var type = Text(model, "type") ?? "BPE"; // old files do not say
        Require(type == "BPE", $"It is a '{type}' model; this library reads byte-pair encodings.");
        Require(IsAbsent(root, "normalizer"), "It changes the text before it encodes it ('normalizer').");
        foreach (var option in new[] { "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix" })
        {
            Require(IsAbsent(model, option) || model.GetProperty(option) is { ValueKind: JsonValueKind.String } text && text.GetString() == "",
                $"It uses '{option}', which this library does not.");
        }

        Require(!Flag(model, "byte_fallback") && !Flag(model, "ignore_merges"),
            "It uses 'byte_fallback' or 'ignore_merges', which this library does not.");
        var preSplit = PreSplitOf(root);
        var added = Added(root);
        var (vocabulary, ids) = Vocabulary(model, added);
        var specials = added.OrderBy(token => token.Id).ToList();
        ids.AddRange(specials.Select(token => token.Id));
        var isInOrder = ids.SequenceEqual(Enumerable.Range(0, ids.Count));
        return new BpeTokenizer(
            vocabulary, new SpecialTokens(specials.Select(token => token.Text)), preSplit, [], isInOrder ? null : ids);
    }

    // The vocabulary in our order, bytes and then merges, with the file's id of each token.
    private static (BpeVocabulary Vocabulary, List<int> Ids) Vocabulary(JsonElement model, List<(int Id, string Text)> added)
    {
        Require(model.TryGetProperty("vocab", out var vocab) && vocab.ValueKind == JsonValueKind.Object, "Its model has no 'vocab'.");
        Require(model.TryGetProperty("merges", out var merges) && merges.ValueKind == JsonValueKind.Array, "Its model has no 'merges'.");
        var fileIds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in vocab.EnumerateObject())
        {
            Require(fileIds.TryAdd(entry.Name, entry.Value.GetInt32()), $"The token '{entry.Name}' is there twice.");
        }

        foreach (var token in added)
        {
            Require(!fileIds.Remove(token.Text, out var id) || id == token.Id, $"The added token '{token.Text}' has two ids.");
        }

        var vocabulary = new BpeVocabulary();
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new List<int>(fileIds.Count);
        foreach (var bytes in vocabulary.Tokens)
        {
            Add(ByteAlphabet.ToText(bytes));
        }

        foreach (var merge in merges.EnumerateArray())
        {
            var (left, right) = PairOf(merge);
            Require(tokens.TryGetValue(left, out var leftToken) && tokens.TryGetValue(right, out var rightToken),
                $"Merge {vocabulary.Merges.Count}, of '{left}' and '{right}', uses a token that no earlier merge makes.");
            Require(vocabulary.TryAdd(new TokenPair(leftToken, tokens[right]), out var problem), problem ?? "");
            Add(left + right);
        }

        Require(ids.Count == fileIds.Count, $"{fileIds.Count - ids.Count} tokens of its vocabulary are neither bytes nor made by a merge.");
        return (vocabulary, ids);

        void Add(string name)
        {
            Require(fileIds.TryGetValue(name, out var id), $"The token '{name}' is not in its vocabulary: it is not a byte-level one, or damaged.");
            Require(tokens.TryAdd(name, tokens.Count), $"Two merges make the token '{name}', which this library keeps apart.");
            ids.Add(id);
        }
    }

    // ["a", "b"], or "a b" in older files; a blank is no letter of the byte alphabet.
    private static (string Left, string Right) PairOf(JsonElement merge)
    {
        string[] parts = merge.ValueKind == JsonValueKind.Array
            ? [.. merge.EnumerateArray().Select(part => part.GetString() ?? "")]
            : (merge.GetString() ?? "").Split(' ');
        Require(parts.Length == 2, "A merge does not have two parts.");
        return (parts[0], parts[1]);
    }

    private static List<(int Id, string Text)> Added(JsonElement root)
    {
        var added = new List<(int Id, string Text)>();
        if (IsAbsent(root, "added_tokens"))
        {
            return added;
        }

        foreach (var token in root.GetProperty("added_tokens").EnumerateArray())
        {
            Require(added.Count < SpecialTokens.MaximumCount, $"It has more than {SpecialTokens.MaximumCount} added tokens.");
            Require(!Flag(token, "lstrip") && !Flag(token, "rstrip"), "An added token takes the blanks around it along ('lstrip', 'rstrip').");
            added.Add((token.GetProperty("id").GetInt32(), Text(token, "content") ?? ""));
        }

        return added;
    }

    private static PreSplit PreSplitOf(JsonElement root)
    {
        Require(!IsAbsent(root, "pre_tokenizer"), "It has no 'pre_tokenizer', so it does not work on bytes.");
        var steps = root.GetProperty("pre_tokenizer");
        PreSplit? rule = null;
        var isByteLevel = false;
        foreach (var step in Text(steps, "type") == "Sequence" ? steps.GetProperty("pretokenizers").EnumerateArray().ToList() : [steps])
        {
            var type = Text(step, "type");
            if (type == "Split")
            {
                var pattern = step.GetProperty("pattern").TryGetProperty("Regex", out var regex) ? regex.GetString() ?? "" : "";
                rule = Text(step, "behavior") == "Isolated" && !Flag(step, "invert") && rule is null ? TokenizerJson.RuleOf(pattern) : null;
                Require(rule is not null, $"It cuts text into words in a way this library does not know: {pattern}");
            }
            else
            {
                Require(type == "ByteLevel" && !isByteLevel, $"It prepares text by '{type}', which this library does not.");
                Require(!Flag(step, "add_prefix_space"), "It puts a blank before the text ('add_prefix_space'), which this library does not.");
                isByteLevel = true;
                if (!step.TryGetProperty("use_regex", out var useRegex) || useRegex.GetBoolean())
                {
                    Require(rule is null, "It cuts text into words twice.");
                    rule = PreSplit.Gpt2;
                }
            }
        }

        Require(isByteLevel, "It does not work on bytes ('ByteLevel').");
        return rule ?? PreSplit.None;
    }

    private static bool IsAbsent(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null;

    private static bool Flag(JsonElement element, string name) => !IsAbsent(element, name) && element.GetProperty(name).GetBoolean();

    private static string? Text(JsonElement element, string name) => IsAbsent(element, name) ? null : element.GetProperty(name).GetString();

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem);
        }
    }
}
