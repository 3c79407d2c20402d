namespace Course.Data;

/// <summary>Which stories: those to train on, or those that are never trained on.</summary>
public enum TaleSplit
{
    /// <summary>Stories to train on.</summary>
    Train,

    /// <summary>Stories to validate on: no seed puts them among those to train on.</summary>
    Validation,
}

/// <summary>What a word of a story refers to.</summary>
public enum TaleRole
{
    /// <summary>The main character, by name or by a pronoun.</summary>
    Hero,

    /// <summary>The second character, by name or by a pronoun; a girl when the hero is a boy, and the reverse.</summary>
    Friend,

    /// <summary>The thing the story turns on.</summary>
    Toy,

    /// <summary>The colour of that thing.</summary>
    Colour,
}

/// <summary>A word of a story that refers to somebody or something.</summary>
/// <param name="Role">What it refers to.</param>
/// <param name="Start">The position of its first character in the text.</param>
/// <param name="Length">Its number of characters.</param>
public readonly record struct TaleMention(TaleRole Role, int Start, int Length)
{
    /// <summary>The word itself.</summary>
    /// <param name="text">The story's text.</param>
    public string In(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Substring(Start, Length);
    }
}

/// <summary>A short story.</summary>
/// <param name="Scene">The kind of story.</param>
/// <param name="Sentences">Its sentences, in order.</param>
/// <param name="Mentions">Every word that refers to the characters, the thing or its colour, in order of position in <see cref="Text"/>.</param>
public sealed record Tale(string Scene, IReadOnlyList<string> Sentences, IReadOnlyList<TaleMention> Mentions)
{
    /// <summary>The whole story: its sentences with a blank between them.</summary>
    public string Text { get; } = string.Join(' ', Sentences);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Two or three sentences in which a word refers back to somebody named before.</summary>
/// <param name="Text">The sentences.</param>
/// <param name="Antecedent">Where the hero is named first.</param>
/// <param name="Mention">The last word that refers to the hero.</param>
/// <param name="Other">Where the other character is named first.</param>
public sealed record TaleReference(string Text, TaleMention Antecedent, TaleMention Mention, TaleMention Other)
{
    /// <summary>Whether the hero is referred to by a pronoun, and not by name again.</summary>
    public bool IsPronoun => Antecedent.In(Text) != Mention.In(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
