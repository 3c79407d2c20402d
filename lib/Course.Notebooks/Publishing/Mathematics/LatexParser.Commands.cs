using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Mathematics;

/// <content>What each command becomes.</content>
internal sealed partial class LatexParser
{
    private static readonly Dictionary<string, string> BigSizes = new()
    {
        ["big"] = "1.2em",
        ["bigl"] = "1.2em",
        ["bigr"] = "1.2em",
        ["bigm"] = "1.2em",
        ["Big"] = "1.8em",
        ["Bigl"] = "1.8em",
        ["Bigr"] = "1.8em",
        ["Bigm"] = "1.8em",
        ["bigg"] = "2.4em",
        ["biggl"] = "2.4em",
        ["biggr"] = "2.4em",
        ["Bigg"] = "3em",
        ["Biggl"] = "3em",
        ["Biggr"] = "3em",
    };

    private static bool HasLimits(string command) =>
        LatexSymbols.Large.ContainsKey(command) || LatexSymbols.Functions.GetValueOrDefault(command)
        || command is "underbrace" or "overbrace" or "operatorname*";

    private XElement ParseCommand(List<XElement> before)
    {
        var token = lexer.Next();
        var name = token.Text;
        if (LatexSymbols.Letters.TryGetValue(name, out var letter))
        {
            // Capital Greek letters and signs stand upright in LaTeX.
            var isUpright = letter.Length == 1 && !char.IsLower(letter[0]);
            return new XElement("mi", isUpright ? new XAttribute("mathvariant", "normal") : null, letter);
        }
        if (LatexSymbols.Operators.TryGetValue(name, out var sign))
        {
            return Operator(sign, before);
        }
        if (LatexSymbols.Relations.TryGetValue(name, out sign))
        {
            return new XElement("mo", name == "mid" || name == "parallel" ? Space("0.2778em") : null, new XAttribute("stretchy", "false"), sign);
        }
        if (LatexSymbols.Large.TryGetValue(name, out sign))
        {
            return new XElement("mo", new XAttribute("movablelimits", "true"), sign);
        }
        if (LatexSymbols.Integrals.TryGetValue(name, out sign))
        {
            return new XElement("mo", sign);
        }
        if (LatexSymbols.Brackets.TryGetValue(name, out sign))
        {
            return Bracket(sign);
        }
        if (LatexSymbols.Functions.TryGetValue(name, out var hasLimits))
        {
            return Function(name switch { "argmax" => "arg max", "argmin" => "arg min", _ => name }, hasLimits);
        }
        if (LatexSymbols.Spaces.TryGetValue(name, out var width))
        {
            return new XElement("mspace", new XAttribute("width", width));
        }
        if (LatexSymbols.Accents.TryGetValue(name, out sign))
        {
            var isWide = LatexSymbols.Wide.Contains(name);
            return new XElement("mover", name == "overbrace" ? null : new XAttribute("accent", "true"), Nested(() => ParseArgument(name)),
                new XElement("mo", new XAttribute("stretchy", isWide ? "true" : "false"), sign));
        }
        if (BigSizes.TryGetValue(name, out var size))
        {
            var bracket = Delimiter(name);
            bracket?.SetAttributeValue("stretchy", "true");
            bracket?.SetAttributeValue("minsize", size);
            bracket?.SetAttributeValue("maxsize", size);
            return bracket ?? new XElement("mrow");
        }
        if (MathAlphabet.Has(name))
        {
            return Styled(name, Nested(() => ParseArgument(name)));
        }
        return name switch
        {
            "frac" or "dfrac" or "tfrac" or "cfrac" => Fraction(name),
            "binom" => new XElement("mrow", Bracket("(", stretchy: true), Fraction(name), Bracket(")", stretchy: true)),
            "sqrt" => Root(),
            "text" or "textrm" or "textnormal" or "mbox" => Text(lexer.ReadText(name), null),
            "textbf" => Text(lexer.ReadText(name), "font-weight:bold"),
            "textit" or "emph" => Text(lexer.ReadText(name), "font-style:italic"),
            "texttt" => Text(lexer.ReadText(name), "font-family:monospace"),
            "mathrm" or "mathit" => Word(lexer.Current.Kind == LatexTokenKind.Open ? lexer.ReadText(name) : lexer.Next().Text, name == "mathrm"),
            "operatorname" => OperatorName(),
            "underline" => new XElement("munder", Nested(() => ParseArgument(name)), new XElement("mo", new XAttribute("stretchy", "true"), "_")),
            "underbrace" => new XElement("munder", Nested(() => ParseArgument(name)), new XElement("mo", new XAttribute("stretchy", "true"), "⏟")),
            "overset" or "stackrel" => Stacked("mover", name),
            "underset" => Stacked("munder", name),
            "left" => LeftRight(token),
            "begin" => Environment(token),
            "bmod" or "mod" => new XElement("mo", Space("0.2222em"), "mod"),
            "not" => Not(token),
            "displaystyle" or "textstyle" => new XElement("mrow"),
            _ => throw new LatexException($"The formula uses \\{name}, which the book cannot draw.", token.Position),
        };
    }

    private static IEnumerable<XAttribute> Space(string width) => [new("lspace", width), new("rspace", width)];

    private XElement Fraction(string name)
    {
        var parts = Nested(() => (Above: ParseArgument(name), Below: ParseArgument(name)));
        var fraction = new XElement("mfrac", name == "binom" ? new XAttribute("linethickness", "0") : null, parts.Above, parts.Below);
        return name switch
        {
            "tfrac" => new XElement("mstyle", new XAttribute("displaystyle", "false"), fraction),
            "dfrac" or "cfrac" => new XElement("mstyle", new XAttribute("displaystyle", "true"), fraction),
            _ => fraction,
        };
    }

    private XElement Root()
    {
        if (!lexer.Current.IsCharacter('['))
        {
            return new XElement("msqrt", Nested(() => ParseArgument("sqrt")));
        }
        lexer.Next();
        var degree = ParseRow(token => token.IsCharacter(']') || token.Kind == LatexTokenKind.End);
        if (lexer.Next().Kind == LatexTokenKind.End)
        {
            throw new LatexException("The bracket after \\sqrt is not closed.", lexer.Current.Position);
        }
        return new XElement("mroot", Nested(() => ParseArgument("sqrt")), degree);
    }

    private XElement OperatorName()
    {
        var hasLimits = lexer.Current.IsCharacter('*');
        if (hasLimits)
        {
            lexer.Next();
        }
        return Function(lexer.ReadText("operatorname"), hasLimits);
    }

    private XElement Stacked(string element, string name)
    {
        var parts = Nested(() => (Small: ParseArgument(name), Base: ParseArgument(name)));
        return new XElement(element, parts.Base, parts.Small);
    }

    private XElement LeftRight(LatexToken start)
    {
        var left = Delimiter("left");
        var row = new List<XElement>();
        while (true)
        {
            row.Add(ParseRow(token => token.IsCommand("right") || token.IsCommand("middle") || token.Kind == LatexTokenKind.End));
            var end = lexer.Next();
            if (end.Kind == LatexTokenKind.End)
            {
                throw new LatexException("\\left has no \\right.", start.Position);
            }
            var bracket = Delimiter(end.Text);
            if (bracket is not null)
            {
                row.Add(Stretched(bracket));
            }
            if (end.Text == "right")
            {
                return new XElement("mrow", left is null ? null : Stretched(left), row);
            }
        }
    }

    private static XElement Stretched(XElement bracket)
    {
        bracket.SetAttributeValue("stretchy", "true");
        return bracket;
    }

    /// <summary>The bracket after \left, \right or \big; a full stop stands for none.</summary>
    private XElement? Delimiter(string command)
    {
        var token = lexer.Next();
        if (token.IsCharacter('.'))
        {
            return null;
        }
        if (token.Kind == LatexTokenKind.Command && LatexSymbols.Brackets.TryGetValue(token.Text, out var sign))
        {
            return Bracket(sign);
        }
        return token.Kind == LatexTokenKind.Character && token.Text is "(" or ")" or "[" or "]" or "|" or "/" or "<" or ">"
            ? Bracket(token.Text switch { "<" => "⟨", ">" => "⟩", var same => same })
            : throw new LatexException($"After \\{command} a bracket is missing.", token.Position);
    }

    private XElement Not(LatexToken token)
    {
        var negated = lexer.Next();
        return negated.Text switch
        {
            "=" => new XElement("mo", "≠"),
            "in" => new XElement("mo", "∉"),
            "<" => new XElement("mo", "≮"),
            ">" => new XElement("mo", "≯"),
            "subset" => new XElement("mo", "⊄"),
            "equiv" => new XElement("mo", "≢"),
            _ => throw new LatexException($"The book cannot draw \\not{negated}.", token.Position),
        };
    }

    private static XElement Styled(string alphabet, XElement argument)
    {
        foreach (var leaf in argument.DescendantsAndSelf().Where(element => element.Name.LocalName is "mi" or "mn" or "mtext"))
        {
            leaf.Value = MathAlphabet.Style(alphabet, leaf.Value);
            if (leaf.Name == "mi" && alphabet != "boldsymbol")
            {
                leaf.SetAttributeValue("mathvariant", "normal");
            }
        }
        return argument;
    }
}
