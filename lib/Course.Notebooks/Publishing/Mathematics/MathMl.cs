using System.Xml;
using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>
/// Formulas as MathML Core (w3.org/TR/mathml-core), which browsers draw themselves: no script and no font has to come along, and
/// readers that speak can read them aloud.
/// </summary>
public static class MathMl
{
    /// <summary>Longer formulas are refused.</summary>
    public const int MaxLength = 10_000;

    /// <summary>Converts a formula.</summary>
    /// <param name="latex">The formula in the mathematical LaTeX that notebooks use, without the dollar signs.</param>
    /// <param name="display">Whether it stands on a line of its own.</param>
    /// <returns>A <c>math</c> element; the LaTeX is kept in it as an annotation.</returns>
    /// <exception cref="LatexException">The formula has a mistake, contains a character that XML cannot carry, or uses a command this converter does not know.</exception>
    public static string Convert(string latex, bool display)
    {
        ArgumentNullException.ThrowIfNull(latex);
        if (latex.Length > MaxLength)
        {
            throw new LatexException($"A formula may have {MaxLength} characters; this one has {latex.Length}.", MaxLength);
        }
        for (var i = 0; i < latex.Length; i++)
        {
            if (XmlConvert.IsXmlChar(latex[i]))
            {
                continue;
            }
            if (i + 1 == latex.Length || !XmlConvert.IsXmlSurrogatePair(latex[i + 1], latex[i]))
            {
                throw new LatexException("The formula contains a control character or half of a surrogate pair.", i);
            }
            i++;
        }
        var content = new LatexParser(latex).Parse();
        var math = new XElement("math",
            display ? new XAttribute("display", "block") : null,
            new XElement("semantics", content, new XElement("annotation", new XAttribute("encoding", "application/x-tex"), latex.Trim())));
        return math.ToString(SaveOptions.DisableFormatting);
    }
}
