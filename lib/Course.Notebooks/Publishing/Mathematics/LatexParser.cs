using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>
/// Reads a formula from left to right and builds MathML. Every method takes the tokens of one construct and gives back its element;
/// <c>ParseRow</c> calls itself for what stands in braces.
/// </summary>
internal sealed partial class LatexParser(string latex)
{
    private const int MaxDepth = 100;

    private readonly LatexLexer lexer = new(latex);
    private int depth;

    /// <summary>The whole formula.</summary>
    /// <exception cref="LatexException">It has a mistake.</exception>
    public XElement Parse()
    {
        var content = ParseTable(token => token.Kind == LatexTokenKind.End, out var single);
        return single ?? Align(content, "right left", "displaystyle");
    }

    /// <summary>Elements up to a token that ends them, which is not taken.</summary>
    private XElement ParseRow(Func<LatexToken, bool> ends)
    {
        if (++depth > MaxDepth)
        {
            throw new LatexException($"The formula is nested more than {MaxDepth} levels deep.", lexer.Current.Position);
        }
        var row = new List<XElement>();
        while (!ends(lexer.Current))
        {
            var token = lexer.Current;
            switch (token.Kind)
            {
                case LatexTokenKind.End:
                    throw new LatexException("The formula ends too early: a brace, \\right or \\end is missing.", token.Position);
                case LatexTokenKind.Close:
                    throw new LatexException("A closing brace has no opening one.", token.Position);
                case LatexTokenKind.Column or LatexTokenKind.Row:
                    throw new LatexException($"{token} can only stand in an environment such as aligned.", token.Position);
                case LatexTokenKind.Command when token.Text is "right" or "end":
                    throw new LatexException($"{token} has no counterpart before it.", token.Position);
            }
            row.Add(ParseScripts(row));
        }
        depth--;
        return row.Count == 1 ? row[0] : new XElement("mrow", row);
    }

    /// <summary>One element with what stands below and above it.</summary>
    private XElement ParseScripts(List<XElement> before)
    {
        var limits = lexer.Current is { Kind: LatexTokenKind.Command } && HasLimits(lexer.Current.Text);
        var core = lexer.Current.Kind is LatexTokenKind.Subscript or LatexTokenKind.Superscript || lexer.Current.IsCharacter('\'')
            ? new XElement("mrow")
            : ParseAtom(before);
        while (lexer.Current.IsCommand("limits") || lexer.Current.IsCommand("nolimits"))
        {
            limits = lexer.Next().Text == "limits";
        }
        XElement? below = null, above = null;
        while (true)
        {
            if (lexer.Current.Kind == LatexTokenKind.Subscript)
            {
                var token = lexer.Next();
                below = below is null ? ParseArgument("_") : throw new LatexException("Two subscripts stand at one sign.", token.Position);
            }
            else if (lexer.Current.Kind == LatexTokenKind.Superscript)
            {
                var token = lexer.Next();
                var argument = ParseArgument("^");
                above = above is null ? argument
                    : above.Name == "mo" && above.Value.StartsWith('′') ? new XElement("mrow", above, argument)
                    : throw new LatexException("Two superscripts stand at one sign.", token.Position);
            }
            else if (lexer.Current.IsCharacter('\''))
            {
                var count = 0;
                while (lexer.Current.IsCharacter('\''))
                {
                    lexer.Next();
                    count++;
                }
                var primes = new XElement("mo", new string('′', count));
                above = above is null ? primes : new XElement("mrow", primes, above);
            }
            else
            {
                break;
            }
        }
        return (below, above, limits) switch
        {
            (null, null, _) => core,
            (_, null, true) => new XElement("munder", core, below),
            (null, _, true) => new XElement("mover", core, above),
            (_, _, true) => new XElement("munderover", core, below, above),
            (_, null, _) => new XElement("msub", core, below),
            (null, _, _) => new XElement("msup", core, above),
            _ => new XElement("msubsup", core, below, above),
        };
    }

    /// <summary>What a command applies to: braces, one command, or one character.</summary>
    private XElement ParseArgument(string command)
    {
        if (lexer.Current.Kind == LatexTokenKind.Open)
        {
            return ParseBraces();
        }
        if (lexer.Current.Kind is not (LatexTokenKind.Character or LatexTokenKind.Command))
        {
            throw new LatexException($"After {(command is "_" or "^" ? command : "\\" + command)} something is missing.", lexer.Current.Position);
        }
        // x^10 is x¹0 in LaTeX: of a number without braces only the first digit belongs to the script.
        return lexer.Current.Kind == LatexTokenKind.Character && char.IsAsciiDigit(lexer.Current.Text[0])
            ? new XElement("mn", lexer.Next().Text)
            : Nested(() => ParseAtom([]));
    }

    private XElement ParseBraces()
    {
        var open = lexer.Next();
        var content = ParseRow(token => token.Kind is LatexTokenKind.Close or LatexTokenKind.End);
        if (lexer.Current.Kind == LatexTokenKind.End)
        {
            throw new LatexException("A brace is not closed.", open.Position);
        }
        lexer.Next();
        return content;
    }

    private XElement ParseAtom(List<XElement> before)
    {
        var token = lexer.Current;
        return token.Kind switch
        {
            LatexTokenKind.Open => Ordinary(ParseBraces()),
            LatexTokenKind.Character when char.IsAsciiDigit(token.Text[0]) => ParseNumber(),
            LatexTokenKind.Character => Character(lexer.Next(), before),
            _ => ParseCommand(before),
        };
    }

    // {=} and 10{,}000: an operator in braces is an ordinary sign, without space around it.
    private static XElement Ordinary(XElement content)
    {
        if (content.Name == "mo")
        {
            content.SetAttributeValue("lspace", "0");
            content.SetAttributeValue("rspace", "0");
        }
        return content;
    }

    private XElement ParseNumber()
    {
        var digits = lexer.Next().Text;
        while (lexer.Current.Kind == LatexTokenKind.Character)
        {
            var isPoint = lexer.Current.IsCharacter('.');
            if (!char.IsAsciiDigit(lexer.Current.Text[0]) && !(isPoint && FollowsDigit()))
            {
                break;
            }
            digits += lexer.Next().Text;
        }
        return new XElement("mn", digits);
    }

    // A full stop after a number ends the sentence, not the number.
    private bool FollowsDigit() => lexer.Current.Position + 1 < latex.Length && char.IsAsciiDigit(latex[lexer.Current.Position + 1]);

    private T Nested<T>(Func<T> parse)
    {
        if (++depth > MaxDepth)
        {
            throw new LatexException($"The formula is nested more than {MaxDepth} levels deep.", lexer.Current.Position);
        }
        var result = parse();
        depth--;
        return result;
    }
}
