using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting.Services;

/// <summary>Reads XML documentation comments (C# standard, annex D) into <see cref="Documentation"/>.</summary>
internal static partial class DocumentationReader
{
    private const int MaxInheritance = 8;

    /// <summary>The documentation of a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="full">Whether to include exceptions and remarks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Documentation Read(ISymbol symbol, bool full, CancellationToken cancellationToken)
    {
        var documentation = new Documentation(Signatures.Of(symbol));
        if (Element(symbol, MaxInheritance, cancellationToken) is not { } xml)
        {
            return documentation;
        }
        return documentation with
        {
            Summary = Paragraphs(xml.Element("summary")),
            Parameters = [.. Named(xml, "typeparam", "name"), .. Named(xml, "param", "name")],
            Returns = Paragraphs(xml.Element("returns") ?? xml.Element("value")),
            Exceptions = full ? Named(xml, "exception", "cref") : [],
            Remarks = full ? [.. Paragraphs(xml.Element("remarks")), .. Paragraphs(xml.Element("example"))] : [],
        };
    }

    /// <summary>The <c>member</c> element; of a symbol that inherits its documentation, that of the symbol it inherits from.</summary>
    private static XElement? Element(ISymbol symbol, int depth, CancellationToken cancellationToken)
    {
        var text = symbol.OriginalDefinition.GetDocumentationCommentXml(cancellationToken: cancellationToken);
        XElement? xml = null;
        if (!string.IsNullOrWhiteSpace(text))
        {
            try
            {
                xml = XElement.Parse(text, LoadOptions.PreserveWhitespace);
            }
            catch (XmlException)
            {
                // A comment with a mistake in it is as good as none.
            }
        }
        // A member without a comment of its own means what the member it overrides means; a type is something of its own.
        var isInherited = xml?.Element("inheritdoc") is not null || xml is null && symbol is not INamedTypeSymbol;
        return isInherited && depth > 0 && Ancestor(symbol) is { } ancestor
            ? Element(ancestor, depth - 1, cancellationToken) ?? xml : xml;
    }

    private static ISymbol? Ancestor(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol { BaseType: { SpecialType: SpecialType.None } parent } => parent,
        INamedTypeSymbol type => type.Interfaces.FirstOrDefault(),
        IMethodSymbol { MethodKind: MethodKind.Constructor } => null,
        IMethodSymbol { OverriddenMethod: { } overridden } => overridden,
        IPropertySymbol { OverriddenProperty: { } overridden } => overridden,
        IEventSymbol { OverriddenEvent: { } overridden } => overridden,
        IMethodSymbol or IPropertySymbol or IEventSymbol => symbol.ContainingType?.AllInterfaces
            .SelectMany(type => type.GetMembers(symbol.Name))
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
        _ => null,
    };

    private static IReadOnlyList<(string Name, string Text)> Named(XElement xml, string element, string attribute) =>
        [.. xml.Elements(element)
            .Select(one => (Reference(one.Attribute(attribute)?.Value ?? ""), string.Join(' ', Paragraphs(one))))
            .Where(one => one.Item2.Length > 0)];

    private static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        if (element is null)
        {
            return [];
        }
        var text = new StringBuilder();
        Append(element, text);
        return [.. text.ToString().Split('\f').Select(part => part.StartsWith("```", StringComparison.Ordinal) ? part : Blanks().Replace(part, " ").Trim())
            .Where(part => part.Length > 0)];
    }

    // '\f' parts paragraphs: it cannot occur in XML.
    private static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
            {
                text.Append(Markup().Replace(words.Value, @"\$0"));
                continue;
            }
            if (node is not XElement inner)
            {
                continue;
            }
            switch (inner.Name.LocalName)
            {
                case "see" or "seealso" or "paramref" or "typeparamref":
                    AppendReference(inner, text);
                    break;
                case "c":
                    text.Append('`').Append(inner.Value.Replace('`', '\'')).Append('`');
                    break;
                case "code":
                    text.Append("\f```csharp\n").Append(inner.Value.Trim('\n', '\r')).Append("\n```\f");
                    break;
                case "para" or "list" or "item" or "br":
                    text.Append('\f');
                    Append(inner, text);
                    text.Append('\f');
                    break;
                default:
                    Append(inner, text);
                    text.Append(' ');
                    break;
            }
        }
    }

    private static void AppendReference(XElement element, StringBuilder text)
    {
        var target = (element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword"))?.Value;
        if (!element.IsEmpty && element.Value.Trim().Length > 0)
        {
            Append(element, text);
        }
        else if (target is not null)
        {
            text.Append('`').Append(Reference(target)).Append('`');
        }
        else
        {
            text.Append(element.Attribute("href")?.Value);
        }
    }

    /// <summary><c>M:System.Math.Sqrt(System.Double)</c> becomes <c>Math.Sqrt</c>; a plain name stays.</summary>
    private static string Reference(string identifier)
    {
        if (identifier.Length < 2 || identifier[1] != ':')
        {
            return identifier;
        }
        var name = Arity().Replace(identifier[2..].Split('(')[0], "").Replace(".#ctor", "", StringComparison.Ordinal);
        var parts = name.Split('.');
        var kept = identifier[0] switch { 'T' or 'N' => 1, _ when identifier.Contains("#ctor", StringComparison.Ordinal) => 1, '!' => parts.Length, _ => 2 };
        return string.Join('.', parts.TakeLast(kept));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"``?\d+|\{[^}]*\}")]
    private static partial Regex Arity();

    [GeneratedRegex(@"[\\`*_\[\]<>#]")]
    private static partial Regex Markup();
}
