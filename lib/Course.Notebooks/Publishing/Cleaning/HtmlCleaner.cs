using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Xhtml;
using Ganss.Xss;

namespace Course.Notebooks.Publishing.Cleaning;

/// <summary>
/// HTML from notebooks, which anybody may have written, made safe to stand in a page of the book: text, tables, images and drawings
/// stay, programs and whatever could cover or imitate the page go. Nothing is removed where the notebooks are trusted.
/// </summary>
/// <param name="isTrusted">Whether the notebooks' scripts may run in the reader's browser.</param>
internal sealed class HtmlCleaner(bool isTrusted)
{
    // Without position, margins and z-index nothing leaves its place; without url() nothing is fetched.
    private static readonly string[] Properties =
    [
        "color", "background-color", "text-align", "vertical-align", "font-weight", "font-style", "font-size", "text-decoration",
        "width", "min-width", "max-width", "height", "white-space", "padding", "padding-left", "padding-right", "padding-top", "padding-bottom",
        "border", "border-left", "border-right", "border-top", "border-bottom", "border-color", "border-style", "border-width",
        "border-collapse", "border-radius", "overflow-x",
    ];

    private static readonly string[] Tags =
    [
        "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details",
        "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
        "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr", Slots.Tag,
    ];

    private static readonly string[] Attributes =
    [
        "align", "alt", "class", "color", "cols", "colspan", "datetime", "dir", "height", "href", "id", "lang", "open", "rowspan", "scope", "span",
        "src", "start", "style", "title", "valign", "value", "width", Slots.Attribute,
    ];

    private readonly HtmlParser parser = new();
    private readonly HtmlSanitizer sanitizer = Create();
    private int drawings;

    /// <summary>A document whose body holds the clean HTML.</summary>
    /// <param name="html">A piece of HTML, as a notebook has it.</param>
    /// <param name="slots">Takes the drawings, which are checked by rules of their own.</param>
    public IElement Clean(string html, Slots slots)
    {
        if (isTrusted)
        {
            return Body(html);
        }
        var unsafeBody = Body(html);
        foreach (var drawing in unsafeBody.QuerySelectorAll("svg").Where(svg => svg.ParentElement?.Closest("svg") is null).ToArray())
        {
            Replace(drawing, Drawing(Xml(drawing), null), slots);
        }
        var body = sanitizer.SanitizeDom(unsafeBody.InnerHtml).Body!;
        foreach (var image in body.QuerySelectorAll("img"))
        {
            if (image.GetAttribute("src") is { } source && DataImages.Drawing(source) is { } xml)
            {
                Replace(image, Drawing(xml, image.GetAttribute("alt")), slots);
            }
        }
        foreach (var element in body.QuerySelectorAll("[style],[class],a[href]"))
        {
            Tame(element);
        }
        return body;
    }

    // A script or style that comes first would go to the document's head otherwise, and be lost.
    private IElement Body(string html) => parser.ParseDocument("<body>" + html).Body!;

    /// <summary>A drawing made safe, or <see langword="null"/> when it is none.</summary>
    public string? Drawing(string xml, string? label) =>
        SvgCleaner.Clean(xml, FormattableString.Invariant($"drawing-{++drawings}-"), label);

    private static string Xml(IElement element)
    {
        using var writer = new StringWriter();
        element.ToHtml(writer, XhtmlMarkupFormatter.Instance);
        return writer.ToString();
    }

    private static void Replace(IElement element, string? drawing, Slots slots)
    {
        if (drawing is null)
        {
            element.Remove();
        }
        else
        {
            element.OuterHtml = slots.Keep(drawing);
        }
    }

    private static void Tame(IElement element)
    {
        // The book's own classes mean buttons and menus; a notebook has those of .NET's object tables and of alerts.
        var classes = element.ClassList.Where(name => name.StartsWith("dni-", StringComparison.Ordinal) || name.StartsWith("markdown-alert", StringComparison.Ordinal));
        if (element.HasAttribute("class"))
        {
            element.SetAttribute("class", string.Join(' ', classes));
        }
        // A text colour chosen for one background must be readable on two: the style sheet mixes it with the page's ink.
        if (element.GetAttribute("style") is { } style && !style.Contains("background", StringComparison.Ordinal))
        {
            var declarations = style.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(declaration => declaration.StartsWith("color:", StringComparison.Ordinal) ? "--ink:" + declaration["color:".Length..] : declaration);
            element.SetAttribute("style", string.Join("; ", declarations));
        }
        if (element.LocalName == "a" && element.GetAttribute("href")?.StartsWith("http", StringComparison.OrdinalIgnoreCase) == true)
        {
            element.SetAttribute("rel", "noopener noreferrer");
        }
    }

    private static HtmlSanitizer Create()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(Tags, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(Attributes, StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = new HashSet<string>(Properties, StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(["http", "https", "mailto"], StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href", "src"], StringComparer.OrdinalIgnoreCase),
            AllowedAtRules = new HashSet<AngleSharp.Css.Dom.CssRuleType>(),
        });
        // Images may stand in the page itself: pixels as they are, drawings until they are checked below.
        sanitizer.FilterUrl += (_, address) =>
        {
            if (address.Tag.LocalName == "img" && (DataImages.IsRaster(address.OriginalUrl) || DataImages.Drawing(address.OriginalUrl) is not null))
            {
                address.SanitizedUrl = address.OriginalUrl;
            }
        };
        return sanitizer;
    }
}
