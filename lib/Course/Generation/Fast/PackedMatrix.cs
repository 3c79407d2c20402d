using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Course.Generation.Fast;

/// <summary>
/// A matrix laid out for one purpose, the product with a vector. Sixteen rows form a panel in which the numbers of one column lie
/// side by side, so a vector register works on sixteen results at once and nothing is added up across its lanes.
/// </summary>
/// <remarks>
/// Four panels are interleaved column by column, so that a product reads memory in one stream; what is left at the end is single
/// panels. The rows that fill up the last panel are 0. On a processor without 512-bit registers the runtime makes two operations of
/// 256 bits, or four of 128, out of each.
/// </remarks>
internal sealed class PackedMatrix
{
    /// <summary>Rows in a panel: the numbers of 32 bits that one register holds.</summary>
    public const int PanelRows = 16;

    private const int Interleaved = 4;
    private const int GroupRows = Interleaved * PanelRows;

    private readonly StoredNumbers numbers;
    private readonly int groups;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="store">Gives the memory.</param>
    /// <param name="interleave">False where products with the first few rows only are wanted.</param>
    public PackedMatrix(int rows, int columns, NumberStore store, bool interleave = true)
    {
        Rows = rows;
        Columns = columns;
        groups = interleave ? rows / GroupRows : 0;
        numbers = store.Take((long)Padded(rows) * columns);
    }

    /// <summary>A matrix of given numbers.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="numbers">One row after the other.</param>
    /// <param name="store">Gives the memory.</param>
    public PackedMatrix(int rows, int columns, ReadOnlySpan<float> numbers, NumberStore store)
        : this(rows, columns, store)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers.Length, (long)rows * columns);
        SetRows(0, numbers);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>How many parts a product can be cut into: groups of four panels, then single ones.</summary>
    public int Parts => groups + ((PaddedRows - (groups * GroupRows)) / PanelRows);

    /// <summary>How many numbers a product needs room for.</summary>
    public int PaddedRows => Padded(Rows);

    public static int Padded(int count) => (count + PanelRows - 1) / PanelRows * PanelRows;

    /// <summary>Sets some rows.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="rows">The numbers of as many whole rows as there are, one row after the other.</param>
    public void SetRows(int first, ReadOnlySpan<float> rows)
    {
        var target = numbers.Span;
        for (var r = 0; r < rows.Length / Columns; r++)
        {
            var (start, step) = Place(first + r);
            var row = rows.Slice(r * Columns, Columns);
            for (var c = 0; c < row.Length; c++)
            {
                target[start + (c * step)] = row[c];
            }
        }
    }

    /// <summary>Copies one row out: looking a token up in the table of embeddings.</summary>
    public void CopyRow(int row, Span<float> target)
    {
        var source = numbers.Span;
        var (start, step) = Place(row);
        for (var c = 0; c < Columns; c++)
        {
            target[c] = source[start + (c * step)];
        }
    }

    /// <summary>y = M x for some of the parts.</summary>
    /// <param name="x">As many numbers as there are columns.</param>
    /// <param name="y">Gets <see cref="PaddedRows"/> numbers, of which those outside the parts are left alone.</param>
    /// <param name="from">The first part.</param>
    /// <param name="to">The part after the last one.</param>
    public void Multiply(ReadOnlySpan<float> x, Span<float> y, int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, Columns);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, FirstRow(to));
        ref var weights = ref MemoryMarshal.GetReference(numbers.Span);
        ref var input = ref MemoryMarshal.GetReference(x);
        ref var output = ref MemoryMarshal.GetReference(y);
        for (var part = from; part < to; part++)
        {
            var row = FirstRow(part);
            if (part < groups)
            {
                FourPanels(ref Unsafe.Add(ref weights, row * Columns), ref input, ref Unsafe.Add(ref output, row), Columns);
            }
            else
            {
                OnePanel(ref Unsafe.Add(ref weights, row * Columns), ref input, ref Unsafe.Add(ref output, row), Columns);
            }
        }
    }

    // Each number of x is fetched once for 64 rows, and four sums are in flight while each waits for its last addition.
    // Compiled with all optimisations at the first call: a short text would be over before the runtime finds out what is worth it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPanels(ref float weights, ref float x, ref float y, int columns)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint at = 0;
        for (var c = 0; c < columns; c++, at += GroupRows)
        {
            var factor = Vector512.Create(Unsafe.Add(ref x, c));
            sum0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at), factor, sum0);
            sum1 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at + PanelRows), factor, sum1);
            sum2 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at + (2 * PanelRows)), factor, sum2);
            sum3 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at + (3 * PanelRows)), factor, sum3);
        }

        sum0.StoreUnsafe(ref y);
        sum1.StoreUnsafe(ref y, PanelRows);
        sum2.StoreUnsafe(ref y, 2 * PanelRows);
        sum3.StoreUnsafe(ref y, 3 * PanelRows);
    }

    // One panel, its columns dealt out to four sums for the same reason.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnePanel(ref float weights, ref float x, ref float y, int columns)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint at = 0;
        var c = 0;
        for (; c + 4 <= columns; c += 4, at += 4 * PanelRows)
        {
            sum0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at), Vector512.Create(Unsafe.Add(ref x, c)), sum0);
            sum1 = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weights, at + PanelRows), Vector512.Create(Unsafe.Add(ref x, c + 1)), sum1);
            sum2 = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weights, at + (2 * PanelRows)), Vector512.Create(Unsafe.Add(ref x, c + 2)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref weights, at + (3 * PanelRows)), Vector512.Create(Unsafe.Add(ref x, c + 3)), sum3);
        }

        for (; c < columns; c++, at += PanelRows)
        {
            sum0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref weights, at), Vector512.Create(Unsafe.Add(ref x, c)), sum0);
        }

        (sum0 + sum1 + (sum2 + sum3)).StoreUnsafe(ref y);
    }

    private int FirstRow(int part) => part <= groups ? part * GroupRows : (groups * GroupRows) + ((part - groups) * PanelRows);

    // Where a row begins, and how far it is from one of its numbers to the next.
    private (int Start, int Step) Place(int row)
    {
        var rows = row < groups * GroupRows ? GroupRows : PanelRows;
        return ((row / rows * rows * Columns) + (row % rows), rows);
    }
}
