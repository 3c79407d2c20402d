using Course.Plots.Svg;
using static TorchSharp.torch;

namespace Course.Plots;

public static partial class Plot
{
    private const int MostCells = 20_000;

    /// <summary>A matrix as coloured cells, for example an attention map: one row per query, one column per key.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="values">The matrix. Negative infinity is a masked cell: a score before the softmax that may not be seen.</param>
    /// <param name="rows">A label for each row; by default 0, 1, 2, …</param>
    /// <param name="columns">A label for each column; by default the rows' if the matrix is square, else 0, 1, 2, …</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    /// <param name="scale">How values become colours.</param>
    /// <param name="maximum">The value of the fullest colour; by default the largest magnitude. Fix it to compare pictures.</param>
    /// <param name="annotate">Whether the values are written into the cells; by default when there is room.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The labels are not as many as rows and columns, or a value is not a number.</exception>
    public static Picture Heatmap(
        string title,
        double[,] values,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string rowTitle = "query",
        string columnTitle = "key",
        string valueTitle = "attention weight",
        ColorScale scale = ColorScale.Sequential,
        double? maximum = null,
        bool? annotate = null,
        string? subtitle = null) =>
        Heatmaps(title, [(null, values)], rows, columns, rowTitle, columnTitle, valueTitle, scale, maximum, annotate, subtitle);

    /// <summary>Several matrices of one shape side by side in one colour scale, for example the heads of a layer.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="panels">Name and matrix of each, all of one shape; at most 16.</param>
    /// <param name="rows">A label for each row; by default 0, 1, 2, …</param>
    /// <param name="columns">A label for each column; by default the rows' if the matrices are square, else 0, 1, 2, …</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    /// <param name="scale">How values become colours.</param>
    /// <param name="maximum">The value of the fullest colour; by default the largest magnitude in any panel.</param>
    /// <param name="annotate">Whether the values are written into the cells; by default when there is room.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The shapes differ, the labels do not fit, or a value is not a number.</exception>
    public static Picture Heatmap(
        string title,
        IEnumerable<(string Name, double[,] Values)> panels,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string rowTitle = "query",
        string columnTitle = "key",
        string valueTitle = "attention weight",
        ColorScale scale = ColorScale.Sequential,
        double? maximum = null,
        bool? annotate = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        return Heatmaps(
            title, [.. panels.Select(p => ((string?)p.Name, p.Values))],
            rows, columns, rowTitle, columnTitle, valueTitle, scale, maximum, annotate, subtitle);
    }

    /// <summary>Several tensors of one shape side by side in one colour scale.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="panels">Name and tensor of each, all of one shape (rows, columns), on any device; at most 16; not disposed.</param>
    /// <param name="rows">A label for each row; by default 0, 1, 2, …</param>
    /// <param name="columns">A label for each column; by default the rows' if the tensors are square, else 0, 1, 2, …</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    /// <param name="scale">How values become colours.</param>
    /// <param name="maximum">The value of the fullest colour; by default the largest magnitude in any panel.</param>
    /// <param name="annotate">Whether the values are written into the cells; by default when there is room.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The shapes differ, the labels do not fit, or a value is not a number.</exception>
    public static Picture Heatmap(
        string title,
        IEnumerable<(string Name, Tensor Values)> panels,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string rowTitle = "query",
        string columnTitle = "key",
        string valueTitle = "attention weight",
        ColorScale scale = ColorScale.Sequential,
        double? maximum = null,
        bool? annotate = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        return Heatmaps(
            title, [.. panels.Select(p => ((string?)p.Name, TensorValues.Matrix(p.Values, p.Name)))], rows, columns, rowTitle, columnTitle, valueTitle, scale, maximum, annotate, subtitle);
    }

    /// <summary>A tensor as one heatmap, or one for each head.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="values">Shape (rows, columns), or (heads, rows, columns) with at most 16 heads; any device; not disposed.</param>
    /// <param name="rows">A label for each row, for example the tokens.</param>
    /// <param name="columns">A label for each column; by default the rows' if the matrix is square.</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    /// <param name="scale">How values become colours.</param>
    /// <param name="maximum">The value of the fullest colour; by default the largest magnitude.</param>
    /// <param name="annotate">Whether the values are written into the cells; by default when there is room.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The tensor has another shape, the labels do not fit, or a value is not a number.</exception>
    public static Picture Heatmap(
        string title,
        Tensor values,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string rowTitle = "query",
        string columnTitle = "key",
        string valueTitle = "attention weight",
        ColorScale scale = ColorScale.Sequential,
        double? maximum = null,
        bool? annotate = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        IReadOnlyList<(string?, double[,])> panels = values.dim() == 3
            ? [.. TensorValues.Matrices(values, nameof(values)).Select((m, i) => ((string?)$"head {i + 1}", m))]
            : [(null, TensorValues.Matrix(values, nameof(values)))];
        return Heatmaps(title, panels, rows, columns, rowTitle, columnTitle, valueTitle, scale, maximum, annotate, subtitle);
    }

    private static MatrixPicture Heatmaps(
        string title, IReadOnlyList<(string? Name, double[,] Values)> panels, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns,
        string rowTitle, string columnTitle, string valueTitle, ColorScale scale, double? maximum, bool? annotate, string? subtitle)
    {
        Require.Some(panels.Count, "the list of panels");
        Require.AtMost(panels.Count, 16, "heatmaps");
        var matrices = panels.Select(p => Require.Matrix(p.Values, p.Name ?? "the matrix", masked: true)).ToArray();
        var (height, width) = (matrices[0].GetLength(0), matrices[0].GetLength(1));
        Require.AtMost(matrices.Sum(m => m.Length), MostCells, "cells");
        if (matrices.Any(m => m.GetLength(0) != height || m.GetLength(1) != width))
        {
            throw new ArgumentException("The panels of a heatmap must all have the same shape: they share their labels.");
        }

        columns ??= height == width ? rows : null;
        rows ??= Enumerate(height);
        columns ??= Enumerate(width);
        Require.SameLength(height, rows.Count, "the heatmap", "rows", "row labels");
        Require.SameLength(width, columns.Count, "the heatmap", "columns", "column labels");

        var finite = matrices.SelectMany(m => m.Cast<double>()).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        if (scale == ColorScale.Sequential && finite.Min() < 0)
        {
            scale = ColorScale.Diverging;
        }

        var most = Require.Finite(maximum ?? finite.Max(Math.Abs), "the maximum");
        most = most > 0 ? most : 1;
        var write = annotate ?? (panels.Count <= 2 && width * panels.Count <= 16 && height <= 16);
        var decimals = finite.All(v => v == Math.Truncate(v)) ? 0 : most >= 10 ? 1 : 2;
        var drawn = matrices.Select((matrix, i) => new MatrixPanel(
            panels[i].Name,
            Map(matrix, v => Numbers.Round(v, 4)),
            write ? Map(matrix, v => CellText(v, decimals)) : null,
            matrix.Length > 300 || panels.Count > 1 ? null : Map(matrix, Tip)));
        return new MatrixPicture(title, subtitle, [.. drawn], rows, columns, rowTitle, columnTitle)
        {
            Minimum = scale == ColorScale.Diverging ? -most : 0,
            Maximum = most,
            ScaleTitle = valueTitle,
            Details = (panels.Count > 1 ? $"{panels.Count} heatmaps" : "Heatmap")
                + $" of {height} × {width} values from {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}.",
        };

        string Tip(double value, int row, int column) =>
            $"{rowTitle} {Label.Token(rows[row])} → {columnTitle} {Label.Token(columns[column])}: "
            + (double.IsFinite(value) ? Numbers.Text(value) : "masked");
    }

    // Exactly zero, as a causal mask leaves it, is an empty cell.
    private static string CellText(double value, int decimals) =>
        value == 0 ? "" : double.IsFinite(value) ? Numbers.Fixed(value, decimals) : "·";

    private static string[] Enumerate(int count) =>
        [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private static TResult[,] Map<T, TResult>(T[,] matrix, Func<T, TResult> function) => Map(matrix, (value, _, _) => function(value));

    private static TResult[,] Map<T, TResult>(T[,] matrix, Func<T, int, int, TResult> function)
    {
        var result = new TResult[matrix.GetLength(0), matrix.GetLength(1)];
        for (var row = 0; row < matrix.GetLength(0); row++)
        {
            for (var column = 0; column < matrix.GetLength(1); column++)
            {
                result[row, column] = function(matrix[row, column], row, column);
            }
        }

        return result;
    }
}
