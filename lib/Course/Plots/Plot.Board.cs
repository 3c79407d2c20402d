using Course.Plots.Svg;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>
    /// A board of coloured cells with a text in each: the value of every field of a grid world with an arrow for the move, or which
    /// thing has which property.
    /// </summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="values">What the colours mean: blue above zero, vermilion below. Negative infinity is a cell that does not count, such as a wall.</param>
    /// <param name="texts">What is written in each cell, short; an empty text writes nothing.</param>
    /// <param name="rows">A label for each row; by default 0, 1, 2, …</param>
    /// <param name="columns">A label for each column; by default 0, 1, 2, …</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="valueTitle">What the values are, with their unit; <see langword="null"/> shows no scale.</param>
    /// <param name="maximum">The value of the fullest colour; by default the largest magnitude. Fix it to compare pictures.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">Texts or labels are not as many as the values, or a value is not a number.</exception>
    public static Picture Board(
        string title,
        double[,] values,
        string[,] texts,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string rowTitle = "row",
        string columnTitle = "column",
        string? valueTitle = "value",
        double? maximum = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var matrix = Require.Matrix(values, "the board", masked: true);
        var (height, width) = (matrix.GetLength(0), matrix.GetLength(1));
        Require.AtMost(matrix.Length, 1000, "cells");
        Require.SameLength(matrix.Length, texts.Length, "the board", "values", "texts");
        Require.SameLength(height, texts.GetLength(0), "the board", "rows of values", "rows of texts");
        rows ??= Enumerate(height);
        columns ??= Enumerate(width);
        Require.SameLength(height, rows.Count, "the board", "rows", "row labels");
        Require.SameLength(width, columns.Count, "the board", "columns", "column labels");
        var finite = matrix.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var most = Require.Finite(maximum ?? finite.Max(Math.Abs), "the maximum");
        most = most > 0 ? most : 1;
        var written = Map(texts, (text, _, _) => Label.Visible(text ?? ""));
        return new MatrixPicture(
            title,
            subtitle,
            [new MatrixPanel(
                null,
                Map(matrix, v => Numbers.Round(v, 4)),
                written,
                Map(matrix, (v, r, c) => $"{rows[r]}, {columns[c]}: {written[r, c]}" + (double.IsFinite(v) ? $" ({Numbers.Text(v)})" : "")))],
            rows,
            columns,
            rowTitle,
            columnTitle)
        {
            Minimum = finite.Min() < 0 ? -most : 0,
            Maximum = most,
            ScaleTitle = valueTitle,
            HoverTips = true,
            Details = $"Board of {height} × {width} cells with values from {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}.",
        };
    }
}
