namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>What kind of token stands in a formula.</summary>
internal enum LatexTokenKind
{
    /// <summary>A character that stands for itself; numbers come digit by digit.</summary>
    Character,

    /// <summary>A command without its backslash: <c>frac</c>, <c>,</c>.</summary>
    Command,

    /// <summary><c>{</c></summary>
    Open,

    /// <summary><c>}</c></summary>
    Close,

    /// <summary><c>_</c></summary>
    Subscript,

    /// <summary><c>^</c></summary>
    Superscript,

    /// <summary><c>&amp;</c>: the next column.</summary>
    Column,

    /// <summary><c>\\</c>: the next row.</summary>
    Row,

    /// <summary>The end of the formula.</summary>
    End,
}

/// <summary>One token of a formula.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The character or the command's name.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct LatexToken(LatexTokenKind Kind, string Text, int Position)
{
    /// <summary>Whether this is a certain command.</summary>
    public bool IsCommand(string name) => Kind == LatexTokenKind.Command && Text == name;

    /// <summary>Whether this is a certain character.</summary>
    public bool IsCharacter(char character) => Kind == LatexTokenKind.Character && Text.Length == 1 && Text[0] == character;

    /// <summary>The token as the author wrote it.</summary>
    public override string ToString() => Kind switch
    {
        LatexTokenKind.Command => "\\" + Text,
        LatexTokenKind.End => "the end of the formula",
        _ => Text,
    };
}
