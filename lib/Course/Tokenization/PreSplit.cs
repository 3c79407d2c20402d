namespace Course.Tokenization;

/// <summary>
/// Cuts text into words before byte-pair encoding, so that no token reaches across a word boundary: otherwise frequent
/// neighbours ("of the", "dog.", "dog!") would take up the vocabulary (Radford et al. 2019, section 2.2).
/// The words put together again are the text: nothing is dropped.
/// </summary>
public abstract class PreSplit
{
    private protected PreSplit(string name) => Name = name;

    /// <summary>The whole text is one word: byte-pair encoding as in the textbook example, and slow on long texts.</summary>
    public static PreSplit None { get; } = new NoPreSplit();

    /// <summary>The rule of GPT-2: letters, digits and signs apart, each word with the space before it.</summary>
    public static PreSplit Gpt2 { get; } = new Gpt2PreSplit();

    /// <summary>The rule of GPT-4 (cl100k): digits in groups of at most three, line breaks apart from indentation.</summary>
    public static PreSplit Gpt4 { get; } = new Gpt4PreSplit();

    /// <summary>All rules.</summary>
    public static IReadOnlyList<PreSplit> All { get; } = [None, Gpt2, Gpt4];

    /// <summary>The name of the rule in a saved tokenizer.</summary>
    public string Name { get; }

    /// <summary>The rule with this name.</summary>
    /// <param name="name">For instance <c>gpt2</c>.</param>
    /// <exception cref="ArgumentException">There is no such rule.</exception>
    public static PreSplit FromName(string name) => All.FirstOrDefault(rule => rule.Name == name)
        ?? throw new ArgumentException(
            $"There is no pre-split rule '{name}'. There are: {string.Join(", ", All)}.", nameof(name));

    /// <summary>The words of a text, in its order.</summary>
    /// <param name="text">Any string.</param>
    public IEnumerable<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var start = 0; start < text.Length;)
        {
            var length = FirstWord(text.AsSpan(start));
            yield return text.Substring(start, length);
            start += length;
        }
    }

    /// <summary>
    /// The length of the first word of a text that is not empty, in UTF-16 units. It never cuts a surrogate pair.
    /// </summary>
    /// <param name="text">What is left of the text, to its end: rules look ahead.</param>
    public abstract int FirstWord(ReadOnlySpan<char> text);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private sealed class NoPreSplit() : PreSplit("none")
    {
        public override int FirstWord(ReadOnlySpan<char> text) => text.Length;
    }
}
