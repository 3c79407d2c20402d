using System.Text;

namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>Cuts a formula into tokens, one ahead of the parser. White space separates tokens and is otherwise nothing.</summary>
internal sealed class LatexLexer
{
    private readonly string latex;
    private int position;

    public LatexLexer(string latex)
    {
        this.latex = latex;
        Current = Read();
    }

    /// <summary>The token that the parser looks at.</summary>
    public LatexToken Current { get; private set; }

    /// <summary>Goes on to the next token and gives back the one before.</summary>
    public LatexToken Next()
    {
        var token = Current;
        Current = Read();
        return token;
    }

    /// <summary>
    /// The text between the braces that follow, as it is: what <c>\text</c> and <c>\begin</c> take. Commands in it are not carried
    /// out, but an escaped character (<c>\_</c>) stands for itself.
    /// </summary>
    public string ReadText(string command)
    {
        if (Current.Kind != LatexTokenKind.Open)
        {
            throw new LatexException($"After \\{command} a text in braces is missing.", Current.Position);
        }
        var text = new StringBuilder();
        var open = Current.Position;
        position = open + 1;
        for (var depth = 1; position < latex.Length; position++)
        {
            var character = latex[position];
            if (character == '\\' && position + 1 < latex.Length && !char.IsLetter(latex[position + 1]))
            {
                text.Append(latex[++position]);
                continue;
            }
            depth += character == '{' ? 1 : character == '}' ? -1 : 0;
            if (depth == 0)
            {
                position++;
                Current = Read();
                return text.ToString();
            }
            if (character is not ('{' or '}' or '$'))
            {
                text.Append(char.IsWhiteSpace(character) || character == '~' ? ' ' : character);
            }
        }
        throw new LatexException($"The brace after \\{command} is not closed.", open);
    }

    private LatexToken Read()
    {
        while (position < latex.Length && char.IsWhiteSpace(latex[position]))
        {
            position++;
        }
        if (position == latex.Length)
        {
            return new LatexToken(LatexTokenKind.End, "", position);
        }
        var start = position;
        switch (latex[position++])
        {
            case '{': return new LatexToken(LatexTokenKind.Open, "{", start);
            case '}': return new LatexToken(LatexTokenKind.Close, "}", start);
            case '_': return new LatexToken(LatexTokenKind.Subscript, "_", start);
            case '^': return new LatexToken(LatexTokenKind.Superscript, "^", start);
            case '&': return new LatexToken(LatexTokenKind.Column, "&", start);
            case '~': return new LatexToken(LatexTokenKind.Command, " ", start);
            case '%':
                while (position < latex.Length && latex[position] != '\n')
                {
                    position++;
                }
                return Read();
            case '\\': return Command(start);
            default:
                position += char.IsHighSurrogate(latex[start]) && position < latex.Length ? 1 : 0;
                return new LatexToken(LatexTokenKind.Character, latex[start..position], start);
        }
    }

    private LatexToken Command(int start)
    {
        if (position == latex.Length)
        {
            throw new LatexException("The formula ends in a backslash.", start);
        }
        var name = position;
        while (position < latex.Length && char.IsAsciiLetter(latex[position]))
        {
            position++;
        }
        if (position == name)
        {
            position++;
        }
        var text = latex[name..position];
        return text == "\\" ? new LatexToken(LatexTokenKind.Row, "\\\\", start)
            : new LatexToken(LatexTokenKind.Command, char.IsWhiteSpace(text[0]) ? " " : text, start);
    }
}
