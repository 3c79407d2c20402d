namespace Course.Plots;

public static partial class Plot
{
    /// <summary>Boxes and arrows, for ideas rather than data: a pipeline, a loop, the parts of a model.</summary>
    /// <param name="title">What the diagram explains.</param>
    /// <param name="boxes">At most 40 boxes on a grid of at most eight columns.</param>
    /// <param name="arrows">Arrows between them.</param>
    /// <param name="frames">Frames around boxes that belong together.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">
    /// No box or too many, a name twice, a place that is not on the grid, or an arrow or frame that names no box.
    /// </exception>
    /// <example>
    /// <code>
    /// Plot.Diagram("How does a model learn?",
    ///     [new("data", 0, Tone: DiagramTone.Data), new("model", 1, Tone: DiagramTone.Learned), new("loss", 2, Tone: DiagramTone.Judge)],
    ///     [new("data", "model"), new("model", "loss", "prediction"), new("loss", "model", "gradient", Dashed: true)])
    /// </code>
    /// </example>
    public static Picture Diagram(
        string title,
        IEnumerable<DiagramBox> boxes,
        IEnumerable<DiagramArrow> arrows,
        IEnumerable<DiagramFrame>? frames = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(arrows);
        DiagramBox[] all = [.. boxes];
        DiagramArrow[] lines = [.. arrows];
        DiagramFrame[] outlines = [.. (frames ?? []).Select(f => f with { Boxes = [.. f.Boxes] })];
        Require.Some(all.Length, "the list of boxes");
        Require.AtMost(all.Length, 40, "boxes");
        Require.AtMost(lines.Length, 80, "arrows");
        var names = new HashSet<string>();
        foreach (var box in all)
        {
            if (!names.Add(Require.Text(box.Name, "the name of a box")))
            {
                throw new ArgumentException(
                    $"Two boxes are called '{box.Name}'. Arrows find boxes by their names, so each needs its own.", nameof(boxes));
            }

            if (!(Math.Abs(box.Column) <= 20 && Math.Abs(box.Row) <= 20))
            {
                throw new ArgumentException(
                    $"Box '{box.Name}' stands at column {box.Column}, row {box.Row}. Columns and rows count from 0 to 20.", nameof(boxes));
            }
        }

        if (all.Max(b => b.Column) - all.Min(b => b.Column) > 7)
        {
            throw new ArgumentException("A diagram has at most eight columns; more cannot be read. Use several rows.", nameof(boxes));
        }

        foreach (var name in lines.SelectMany(a => new[] { a.From, a.To }).Concat(outlines.SelectMany(f => f.Boxes)))
        {
            if (!names.Contains(name))
            {
                throw new ArgumentException(
                    $"There is no box called '{name}'. The boxes are: {string.Join(", ", all.Select(b => b.Name))}.", nameof(arrows));
            }
        }

        foreach (var arrow in lines)
        {
            Require.Finite(arrow.Bend ?? 0, $"the bend of the arrow from '{arrow.From}' to '{arrow.To}'");
            if (arrow.From == arrow.To)
            {
                throw new ArgumentException(
                    $"The arrow from '{arrow.From}' leads to itself. Draw the loop over a second box.", nameof(arrows));
            }
        }

        foreach (var frame in outlines)
        {
            Require.Some(frame.Boxes.Count, $"frame '{frame.Label}'");
        }

        return new DiagramPicture(title, subtitle, all, lines, outlines);
    }
}
