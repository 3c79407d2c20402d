using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Cleaning;

/// <summary>
/// Drawings that may become part of a page. A new drawing is built from the shapes and texts of the old one; whatever is not on the
/// lists below (scripts, event handlers, animations, foreign HTML, links, addresses) is never copied.
/// </summary>
internal static class SvgCleaner
{
    /// <summary>Larger drawings are refused, in characters.</summary>
    public const int MaxLength = 5_000_000;

    private const int MaxDepth = 64;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly HashSet<string> Elements =
    [
        "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "image", "linearGradient", "radialGradient", "stop", "clipPath", "marker", "pattern",
    ];

    private static readonly HashSet<string> Attributes =
    [
        "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "d", "points", "width", "height", "viewBox",
        "transform", "preserveAspectRatio", "rotate", "textLength", "lengthAdjust", "offset", "gradientUnits", "gradientTransform",
        "spreadMethod", "clipPathUnits", "patternUnits", "patternContentUnits", "patternTransform", "markerWidth", "markerHeight",
        "markerUnits", "refX", "refY", "orient", "role", "aria-label", "aria-hidden", "pathLength",
    ];

    // These may also stand in a style attribute.
    private static readonly HashSet<string> Properties =
    [
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin",
        "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "opacity", "color", "font-family", "font-size", "font-weight",
        "font-style", "text-anchor", "dominant-baseline", "alignment-baseline", "baseline-shift", "letter-spacing", "word-spacing",
        "text-decoration", "stop-color", "stop-opacity", "clip-path", "clip-rule", "marker-start", "marker-mid", "marker-end",
        "visibility", "display", "image-rendering", "shape-rendering", "text-rendering", "paint-order", "vector-effect", "writing-mode",
    ];

    /// <summary>Builds the clean drawing.</summary>
    /// <param name="xml">The drawing as XML.</param>
    /// <param name="prefix">Set before every name in it, so that two drawings in one page do not share names.</param>
    /// <param name="label">What the drawing shows, for readers who do not see it; <see langword="null"/> leaves that to the drawing.</param>
    /// <returns>The drawing, or <see langword="null"/> when the text is none.</returns>
    public static string? Clean(string xml, string prefix, string? label = null)
    {
        if (xml.Length > MaxLength)
        {
            return null;
        }
        XElement root;
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxLength };
            using var reader = XmlReader.Create(new StringReader(xml), settings);
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
        if (root.Name.LocalName != "svg")
        {
            return null;
        }
        var clean = Copy(root, prefix, 0);
        if (clean is null)
        {
            return null;
        }
        // A drawing as a page of its own says its colour; in a page it takes the page's.
        clean.Attribute("color")?.Remove();
        if (label is { Length: > 0 })
        {
            clean.SetAttributeValue("role", "img");
            clean.SetAttributeValue("aria-label", label);
        }
        if (clean.Attribute("viewBox") is null && Length(clean, "width") is { } width && Length(clean, "height") is { } height)
        {
            clean.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        }
        return clean.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement? Copy(XElement element, string prefix, int depth)
    {
        var name = element.Name.LocalName;
        if (depth > MaxDepth || !Elements.Contains(name) || element.Name.Namespace != Svg && element.Name.Namespace != XNamespace.None)
        {
            return null;
        }
        // Without a namespace: inside a page the parser of HTML knows what svg means.
        var copy = new XElement(name);
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            CopyAttribute(name, attribute, copy, prefix);
        }
        if (name == "image" && copy.Attribute("href") is null)
        {
            return null;
        }
        foreach (var node in element.Nodes())
        {
            // A CDATA section would end elsewhere in HTML than in XML: all text becomes plain text.
            var child = node switch { XElement inner => Copy(inner, prefix, depth + 1), XText text => (XNode)new XText(text.Value), _ => null };
            if (child is not null)
            {
                copy.Add(child);
            }
        }
        return copy;
    }

    private static void CopyAttribute(string element, XAttribute attribute, XElement copy, string prefix)
    {
        var name = attribute.Name.LocalName;
        var value = attribute.Value;
        if (name == "href" && element == "image")
        {
            if (DataImages.IsRaster(value))
            {
                copy.SetAttributeValue("href", value);
            }
        }
        else if (attribute.Name.Namespace != XNamespace.None)
        {
            return;
        }
        else if (name == "id")
        {
            copy.SetAttributeValue("id", prefix + value);
        }
        else if (name == "style")
        {
            foreach (var declaration in value.Split(';'))
            {
                if (declaration.Split(':', 2) is [var property, var setting] && Properties.Contains(property.Trim()))
                {
                    Set(copy, property.Trim(), setting.Trim(), prefix);
                }
            }
        }
        else if (Attributes.Contains(name) || Properties.Contains(name))
        {
            Set(copy, name, value, prefix);
        }
    }

    private static void Set(XElement element, string name, string value, string prefix)
    {
        if (value.StartsWith("url(#", StringComparison.Ordinal) && value.EndsWith(')') && value.IndexOf('(', 4) < 0 && !value.Contains('\\'))
        {
            element.SetAttributeValue(name, "url(#" + prefix + value[5..]);
        }
        else if (!value.Contains("url", StringComparison.OrdinalIgnoreCase) && !value.Contains('\\'))
        {
            element.SetAttributeValue(name, value);
        }
    }

    private static string? Length(XElement element, string name) =>
        double.TryParse(element.Attribute(name)?.Value.Replace("px", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var length)
        && double.IsFinite(length) ? length.ToString(CultureInfo.InvariantCulture) : null;
}
