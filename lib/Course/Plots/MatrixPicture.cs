using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>One matrix of coloured cells.</summary>
/// <param name="Name">Title of this panel, or <see langword="null"/>.</param>
/// <param name="Values">What the colours mean; negative infinity is a masked cell.</param>
/// <param name="Texts">What is written in the cells; <see langword="null"/> writes nothing.</param>
/// <param name="Tips">
/// What the pointer shows over a cell; <see langword="null"/> shows its value, which is shorter where there are many cells.
/// </param>
internal sealed record MatrixPanel(string? Name, double[,] Values, string[,]? Texts, string[,]? Tips);

/// <summary>
/// One or several matrices as coloured cells. A cell is its colour at an opacity, so that zero is the page itself, white or dark,
/// and the eye goes to what is large.
/// </summary>
internal sealed class MatrixPicture : Picture
{
    public MatrixPicture(
        string title,
        string? subtitle,
        IReadOnlyList<MatrixPanel> panels,
        IReadOnlyList<string> rows,
        IReadOnlyList<string> columns,
        string rowTitle,
        string columnTitle)
        : base(title, subtitle)
    {
        (Panels, Rows, Columns, RowTitle, ColumnTitle) = ([.. panels], [.. rows], [.. columns], rowTitle, columnTitle);
    }

    public IReadOnlyList<MatrixPanel> Panels { get; }

    public IReadOnlyList<string> Rows { get; }

    public IReadOnlyList<string> Columns { get; }

    public string RowTitle { get; }

    public string ColumnTitle { get; }

    /// <summary>The value of the faintest colour: zero, or for a diverging scale the negative of <see cref="Maximum"/>.</summary>
    public required double Minimum { get; init; }

    /// <summary>The value of the fullest colour.</summary>
    public required double Maximum { get; init; }

    /// <summary>What the colour scale measures; <see langword="null"/> shows no scale.</summary>
    public string? ScaleTitle { get; init; }

    /// <summary>Whether the interactive form shows the panels' tips instead of row, column and value.</summary>
    public bool HoverTips { get; init; }

    public bool Diverging => Minimum < 0;

    public required string Details { get; init; }

    public override string Description => Details;

    /// <summary>How panels are laid out: as many columns as fit.</summary>
    public (int Columns, int Rows) Layout
    {
        get
        {
            var columns = Panels.Count switch { 1 => 1, 2 or 4 => 2, <= 6 or 9 => 3, _ => 4 };
            return (columns, (Panels.Count + columns - 1) / columns);
        }
    }

    /// <summary>Colour and opacity of a value.</summary>
    public (string Color, double Opacity) Paint(double value)
    {
        if (!double.IsFinite(value))
        {
            return (Palette.Ink, 0.05);
        }

        return Diverging
            ? (value < 0 ? Palette.Vermilion : Palette.Blue, Math.Clamp(Math.Abs(value) / Maximum, 0, 1))
            : (Palette.Blue, Math.Clamp((value - Minimum) / (Maximum - Minimum), 0, 1));
    }

    internal override SvgDrawing Draw() => MatrixDrawing.Draw(this);

    internal override TextTable Tabulate()
    {
        int[] rows = [.. TextTable.Sample(Rows.Count, 12)];
        int[] columns = [.. TextTable.Sample(Columns.Count, 12)];
        var table = new List<IReadOnlyList<string>>();
        foreach (var panel in Panels.Take(4))
        {
            table.AddRange(rows.Select(r => (IReadOnlyList<string>)
            [
                (panel.Name is null ? "" : panel.Name + ": ") + Label.Token(Rows[r]),
                .. columns.Select(c => panel.Texts?[r, c] ?? Numbers.Text(Numbers.Round(panel.Values[r, c], 3))),
            ]));
        }

        return new TextTable([$"{RowTitle} \\ {ColumnTitle}", .. columns.Select(c => Label.Token(Columns[c]))], table);
    }
}
