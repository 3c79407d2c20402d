using System.Xml.Linq;

namespace Course.Plots.Svg;

/// <summary>A point in pixels: x to the right, y down.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>A rectangle in pixels.</summary>
internal readonly record struct Box(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;

    public Point Centre => new(X + (Width / 2), Y + (Height / 2));

    /// <summary>The rectangle that reaches so far beyond this one on every side.</summary>
    public Box Grow(double margin) => new(X - margin, Y - margin, Width + (2 * margin), Height + (2 * margin));
}

/// <summary>
/// Draws an SVG. It is an XML tree, so the result is well-formed and every text is escaped, whatever it says. Only presentation
/// attributes are used: no style sheet, no identifier and no font file, so several drawings can share a page, and what strips
/// styles leaves the picture alone.
/// <para>
/// Why not a chart library's exporter (OxyPlot.Core 2.2 was tried): fixed colours that suit one theme only, clip-path identifiers
/// that collide when two charts share a page, 20 kB for a line of 200 points, and no grids of images, small multiples or box
/// diagrams. Interactive charts are Plotly.NET's work; this is the picture that remains when no script runs.
/// </para>
/// </summary>
internal sealed class SvgDrawing
{
    public const string Font = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
    private static readonly XNamespace Ns = "http://www.w3.org/2000/svg";
    private readonly XElement root;

    public SvgDrawing(double width, double height)
    {
        (Width, Height) = (width, height);
        root = new XElement(
            Ns + "svg",
            new XAttribute("viewBox", $"0 0 {Numbers.Pixel(width)} {Numbers.Pixel(height)}"),
            new XAttribute("width", Numbers.Pixel(width)),
            new XAttribute("height", Numbers.Pixel(height)),
            new XAttribute("font-family", Font),
            new XAttribute("font-size", "12"),
            new XAttribute("color", Palette.NeutralInk),
            new XAttribute("fill", Palette.Ink));
    }

    private SvgDrawing(XElement element, double width, double height)
    {
        (root, Width, Height) = (element, width, height);
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>A part of this drawing, in the same coordinates, of which nothing outside <paramref name="box"/> is seen.</summary>
    public SvgDrawing Clip(Box box)
    {
        var part = Add("svg", ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", box.Height));
        part.SetAttributeValue(
            "viewBox", string.Join(' ', new[] { box.X, box.Y, box.Width, box.Height }.Select(Numbers.Pixel)));
        return new SvgDrawing(part, box.Width, box.Height);
    }

    public void Rectangle(
        Box box, string fill, double opacity = 1, double radius = 0, string? stroke = null, double strokeWidth = 1, string? tip = null)
    {
        var element = Add("rect", ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", box.Height));
        Set(element, "rx", radius, 0);
        Paint(element, fill, opacity, stroke, strokeWidth);
        Tip(element, tip);
    }

    public void Line(Point from, Point to, string stroke = Palette.Ink, double width = 1, double opacity = 1, string? dash = null)
    {
        var element = Add("line", ("x1", from.X), ("y1", from.Y), ("x2", to.X), ("y2", to.Y));
        Stroke(element, stroke, width, opacity, dash);
    }

    public void Polyline(IEnumerable<Point> points, string stroke, double width = 2, double opacity = 1, string? dash = null)
    {
        var element = Add("polyline");
        element.SetAttributeValue("points", Join(points));
        element.SetAttributeValue("fill", "none");
        element.SetAttributeValue("stroke-linejoin", "round");
        Stroke(element, stroke, width, opacity, dash);
    }

    public void Polygon(IEnumerable<Point> points, string fill, double opacity = 1, string? stroke = null, string? tip = null)
    {
        var element = Add("polygon");
        element.SetAttributeValue("points", Join(points));
        Paint(element, fill, opacity, stroke, 1);
        Tip(element, tip);
    }

    /// <summary>A path in SVG's own notation (for curves).</summary>
    public void Path(string data, string stroke, double width = 1.5, double opacity = 1, string? dash = null)
    {
        var element = Add("path");
        element.SetAttributeValue("d", data);
        element.SetAttributeValue("fill", "none");
        Stroke(element, stroke, width, opacity, dash);
    }

    /// <summary>Many equal discs as one element: a line of no length with a round end is a disc.</summary>
    public void Dots(IEnumerable<Point> centres, double radius, string fill, double opacity)
    {
        var element = Add("path");
        element.SetAttributeValue("d", string.Concat(centres.Select(p => $"M{Numbers.Tenth(p.X)} {Numbers.Tenth(p.Y)}h0")));
        element.SetAttributeValue("stroke-linecap", "round");
        Stroke(element, fill, 2 * radius, opacity, null);
    }

    /// <summary>Many equal shapes as one element.</summary>
    public void Shapes(IEnumerable<Point> centres, IReadOnlyList<Point> corners, string fill, double opacity)
    {
        var steps = corners.Skip(1).Zip(corners, (to, from) => $"l{Numbers.Pixel(to.X - from.X)} {Numbers.Pixel(to.Y - from.Y)}");
        var outline = string.Concat(steps) + "z";
        var starts = centres.Select(p => $"M{Numbers.Tenth(p.X + corners[0].X)} {Numbers.Tenth(p.Y + corners[0].Y)}");
        var element = Add("path");
        element.SetAttributeValue("d", string.Concat(starts.Select(start => start + outline)));
        Paint(element, fill, opacity, null, 1);
    }

    public void Circle(Point centre, double radius, string fill, double opacity = 1, string? stroke = null, string? tip = null)
    {
        var element = Add("circle", ("cx", centre.X), ("cy", centre.Y), ("r", radius));
        Paint(element, fill, opacity, stroke, 1);
        Tip(element, tip);
    }

    /// <param name="at">Where the text's baseline starts, has its middle or ends, after <paramref name="anchor"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="size">Font size in pixels.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="fill">Colour.</param>
    /// <param name="bold">Whether the letters are heavy.</param>
    /// <param name="opacity">0 to 1.</param>
    /// <param name="rotate">Degrees clockwise around <paramref name="at"/>.</param>
    public void Text(
        Point at,
        string text,
        double size = 12,
        string anchor = "start",
        string fill = Palette.Ink,
        bool bold = false,
        double opacity = 1,
        double rotate = 0)
    {
        var element = Add("text", ("x", at.X), ("y", at.Y));
        Set(element, "font-size", size, 12);
        Set(element, "fill-opacity", opacity, 1);
        if (anchor != "start")
        {
            element.SetAttributeValue("text-anchor", anchor);
        }

        if (fill != Palette.Ink)
        {
            element.SetAttributeValue("fill", fill);
        }

        if (bold)
        {
            element.SetAttributeValue("font-weight", "600");
        }

        if (rotate != 0)
        {
            element.SetAttributeValue("transform", $"rotate({Numbers.Pixel(rotate)} {Numbers.Pixel(at.X)} {Numbers.Pixel(at.Y)})");
        }

        element.Value = Label.Visible(text);
    }

    /// <summary>A small picture as a <c>data:</c> address, its pixels kept square unless <paramref name="smooth"/>.</summary>
    public void Image(Box box, string dataUri, bool smooth = false)
    {
        var element = Add("image", ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", box.Height));
        element.SetAttributeValue("preserveAspectRatio", "none");
        if (!smooth)
        {
            element.SetAttributeValue("image-rendering", "pixelated");
        }

        element.SetAttributeValue("href", dataUri);
    }

    public override string ToString() => root.ToString(SaveOptions.DisableFormatting);

    private static string Join(IEnumerable<Point> points) =>
        string.Join(' ', points.Select(p => Numbers.Pixel(p.X) + "," + Numbers.Pixel(p.Y)));

    private static void Set(XElement element, string name, double value, double unlessIs)
    {
        if (value != unlessIs)
        {
            element.SetAttributeValue(name, Numbers.Pixel(value));
        }
    }

    private static void Paint(XElement element, string fill, double opacity, string? stroke, double strokeWidth)
    {
        element.SetAttributeValue("fill", fill);
        Set(element, "fill-opacity", opacity, 1);
        if (stroke is not null)
        {
            element.SetAttributeValue("stroke", stroke);
            Set(element, "stroke-width", strokeWidth, 1);
        }
    }

    private static void Stroke(XElement element, string stroke, double width, double opacity, string? dash)
    {
        element.SetAttributeValue("stroke", stroke);
        Set(element, "stroke-width", width, 1);
        Set(element, "stroke-opacity", opacity, 1);
        element.SetAttributeValue("stroke-dasharray", dash);
    }

    // Browsers show a <title> as a tooltip, so that the static picture too says the value under the pointer.
    private static void Tip(XElement element, string? tip)
    {
        if (tip is not null)
        {
            element.Add(new XElement(Ns + "title", Label.Visible(tip)));
        }
    }

    private XElement Add(string name, params ReadOnlySpan<(string Name, double Value)> attributes)
    {
        var element = new XElement(Ns + name);
        foreach (var (attribute, value) in attributes)
        {
            element.SetAttributeValue(attribute, Numbers.Pixel(value));
        }

        root.Add(element);
        return element;
    }
}
