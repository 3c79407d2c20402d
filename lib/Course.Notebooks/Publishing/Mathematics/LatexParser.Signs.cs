using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Mathematics;

/// <content>Single signs, and the space around them.</content>
internal sealed partial class LatexParser
{
    private static XElement Character(LatexToken token, List<XElement> before) => token.Text switch
    {
        "(" or ")" or "[" or "]" => Bracket(token.Text),
        // Whether a bar opens or closes cannot be seen, so it has no space on either side.
        "|" => Bracket("|"),
        "/" => new XElement("mo", Space("0"), "/"),
        "-" => Operator("−", before),
        "+" => Operator("+", before),
        "*" => Operator("∗", before),
        "=" or "<" or ">" => new XElement("mo", token.Text),
        ":" => new XElement("mo", Space("0.2222em"), ":"),
        "," or ";" => new XElement("mo", new XAttribute("separator", "true"), new XAttribute("lspace", "0"), new XAttribute("rspace", "0.1667em"), token.Text),
        "!" => new XElement("mo", Space("0"), "!"),
        "." or "?" => new XElement("mtext", token.Text),
        "\"" or "`" or "@" => new XElement("mtext", token.Text),
        _ when char.IsAsciiLetter(token.Text[0]) => new XElement("mi", token.Text),
        _ when char.IsLetter(token.Text, 0) => new XElement("mi", token.Text),
        _ => new XElement("mo", token.Text),
    };

    /// <summary>A binary operator, or a sign before its operand where nothing stands before it to be combined with.</summary>
    private static XElement Operator(string sign, List<XElement> before) =>
        IsOperand(before.LastOrDefault(element => element.Name != "mspace"))
            ? new XElement("mo", sign)
            : new XElement("mo", new XAttribute("form", "prefix"), Space("0"), sign);

    private static bool IsOperand(XElement? element)
    {
        if (element is null)
        {
            return false;
        }
        if (element.Name.LocalName is "munder" or "mover" or "munderover" or "msub" or "msup" or "msubsup")
        {
            return IsOperand(element.Elements().First());
        }
        return element.Name != "mo" || element.Value is ")" or "]" or "}" or "|" or "‖" or "!" or "⟩" or "⌋" or "⌉" or "∞";
    }

    private static XElement Bracket(string sign, bool stretchy = false) => sign is "|" or "‖"
        ? new XElement("mo", new XAttribute("stretchy", stretchy ? "true" : "false"), Space("0"), sign)
        : new XElement("mo", new XAttribute("stretchy", stretchy ? "true" : "false"), sign);

    private static XElement Function(string name, bool hasLimits)
    {
        // As an operator a function has the space of one: ln x, but (ln x).
        return new XElement("mo", hasLimits ? new XAttribute("movablelimits", "true") : null,
            new XAttribute("lspace", "0.1667em"), new XAttribute("rspace", "0.1667em"), name);
    }

    // In XML, white space at the ends of an element is dropped, so the spaces become such as may not be broken.
    private static XElement Text(string text, string? style) =>
        new("mtext", style is null ? null : new XAttribute("style", style), text.Replace(' ', '\u00a0'));

    private static XElement Word(string text, bool upright) =>
        new("mi", upright ? new XAttribute("mathvariant", "normal") : null, text.Replace(' ', '\u00a0'));
}
