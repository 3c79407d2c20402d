using System.Globalization;
using System.Net;
using Course.Plots.Interactive;
using Course.Plots.Svg;
using static TorchSharp.torch;

namespace Course.Plots;

/// <summary>
/// A tensor as a reader wants to see it: its shape, type and device, the smallest, mean and largest value, the values themselves
/// where they are few, and a heatmap where it is a matrix. What a cell shows whose last expression is a tensor.
/// </summary>
public sealed class TensorSummary
{
    private const int FewValues = 12;
    private const int MostCells = 48;
    private readonly double[] values;
    private readonly double[,]? cells;
    private readonly int cellSize = 1;

    /// <summary>Looks at a tensor, without touching it or its gradient.</summary>
    /// <param name="tensor">A tensor of any shape, on any device.</param>
    /// <exception cref="ArgumentNullException">There is no tensor.</exception>
    public TensorSummary(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        values = [];
        if (tensor.IsInvalid)
        {
            Heading = "tensor (disposed)";
            return;
        }

        using var scope = NewDisposeScope();
        using var nothingRecorded = no_grad();
        Shape = tensor.shape;
        Count = tensor.numel();
        var type = tensor.dtype.ToString().ToLowerInvariant();
        Heading = $"tensor ({string.Join(", ", Shape)}) of {type} on {tensor.device}";
        if (Count == 0 || tensor.is_complex())
        {
            return;
        }

        var numbers = tensor.detach().to(ScalarType.Float64);
        var finite = numbers.masked_select(numbers.isfinite());
        FiniteCount = finite.numel();
        if (FiniteCount > 0)
        {
            (Minimum, Mean, Maximum) = (finite.min().item<double>(), finite.mean().item<double>(), finite.max().item<double>());
        }

        var rowLength = Shape.Count == 0 ? 1 : Shape[^1];
        if (Count <= FewValues || (Shape.Count == 2 && Count <= FewValues * FewValues && rowLength <= FewValues))
        {
            values = TensorValues.All(numbers);
        }

        if (Shape.Count == 2 && Count > 1 && FiniteCount > 0)
        {
            cellSize = (int)((Math.Max(Shape[0], Shape[1]) + MostCells - 1) / MostCells);
            cells = Cells(numbers, cellSize);
        }
    }

    /// <summary>Shape, type and device in words.</summary>
    public string Heading { get; }

    /// <summary>The size of each dimension.</summary>
    public IReadOnlyList<long> Shape { get; } = [];

    /// <summary>How many values there are.</summary>
    public long Count { get; }

    /// <summary>How many of them are neither infinite nor undefined.</summary>
    public long FiniteCount { get; }

    /// <summary>The smallest finite value; not a number when there is none.</summary>
    public double Minimum { get; } = double.NaN;

    /// <summary>The mean of the finite values; not a number when there are none.</summary>
    public double Mean { get; } = double.NaN;

    /// <summary>The largest finite value; not a number when there is none.</summary>
    public double Maximum { get; } = double.NaN;

    /// <summary>The summary as HTML, with a heatmap where the tensor is a matrix.</summary>
    public string ToHtml()
    {
        var html = $"<div><code>{WebUtility.HtmlEncode(Heading)}</code>";
        if (Statistics() is { Length: > 0 } statistics)
        {
            html += $"<br>{WebUtility.HtmlEncode(statistics)}";
        }

        if (cells is not null)
        {
            return html + "</div>" + PictureHtml.WriteStill(Heatmap());
        }

        return values.Length > 0 ? html + $"<br><code>{WebUtility.HtmlEncode(Rows())}</code></div>" : html + "</div>";
    }

    /// <summary>The summary as text.</summary>
    public override string ToString() =>
        string.Join('\n', new[] { Heading, Statistics(), values.Length > 0 ? Rows() : "" }.Where(line => line.Length > 0));

    private string Statistics()
    {
        if (Count < 2 || FiniteCount == 0)
        {
            return "";
        }

        var odd = Count - FiniteCount;
        return $"min {Numbers.Text(Minimum)}, mean {Numbers.Text(Mean)}, max {Numbers.Text(Maximum)}"
            + (odd == 0 ? "" : $"; {odd.ToString("N0", CultureInfo.InvariantCulture)} of {Numbers.Text(Count)} not finite");
    }

    private string Rows()
    {
        var length = Shape.Count == 0 ? 1 : (int)Shape[^1];
        return string.Join('\n', values.Chunk(length).Select(row => string.Join("  ", row.Select(Numbers.Text))));
    }

    private Picture Heatmap() => Plot.Heatmap(
        Heading,
        cells!,
        rowTitle: cellSize == 1 ? "row" : $"rows, {cellSize} to a cell",
        columnTitle: cellSize == 1 ? "column" : $"columns, {cellSize} to a cell",
        valueTitle: cellSize == 1 ? "value" : "mean value",
        rows: Starts(cells!.GetLength(0)),
        columns: Starts(cells.GetLength(1)),
        scale: Minimum < 0 ? ColorScale.Diverging : ColorScale.Sequential,
        annotate: values.Length > 0,
        subtitle: Statistics());

    private string[] Starts(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (i * cellSize).ToString(CultureInfo.InvariantCulture))];

    /// <summary>The matrix itself, or the means of square blocks of it; what is not finite counts as not seen.</summary>
    internal static double[,] Cells(Tensor matrix, int size)
    {
        if (size > 1)
        {
            // A block at the edge is smaller: the mean is of the values that are there.
            var finite = matrix.isfinite();
            var sums = Blocks(where(finite, matrix, zeros_like(matrix)), size);
            var counts = Blocks(finite.to(ScalarType.Float64), size);
            matrix = sums / counts;
        }

        // A picture takes finite values and "masked", which is how a matrix product shows what it may not see.
        return TensorValues.Matrix(where(matrix.isfinite(), matrix, full_like(matrix, double.NegativeInfinity)), nameof(matrix));
    }

    private static Tensor Blocks(Tensor matrix, int size)
    {
        var (rows, columns) = (matrix.shape[0], matrix.shape[1]);
        var (down, across) = ((rows + size - 1) / size, (columns + size - 1) / size);
        var padded = nn.functional.pad(matrix, [0, (across * size) - columns, 0, (down * size) - rows]);
        return padded.reshape(down, size, across, size).sum([1L, 3L]);
    }
}
