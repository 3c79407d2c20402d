namespace Course.Data;

/// <summary>
/// Examples that may be looked at once: the final exam of a model. Whoever looks at a test set, changes something and looks again
/// begins to fit the model to it, and its figure stops saying how the model does on new data. A good intention does not prevent
/// that; an object that opens a single time does.
/// </summary>
public sealed class SealedTable
{
    private LabelledTable? table;

    private SealedTable(LabelledTable table)
    {
        this.table = table;
        Count = table.Count;
    }

    /// <summary>How many examples are inside.</summary>
    public int Count { get; }

    /// <summary>Whether nobody has looked yet.</summary>
    public bool IsSealed => table is not null;

    /// <summary>Takes a share of every class out of a table and seals it: <see cref="LabelledTable.Split"/> with the test part hidden.</summary>
    /// <param name="table">All examples.</param>
    /// <param name="fraction">The share of every class that is sealed, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another division.</param>
    /// <returns>What may be worked with, and the envelope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public static (LabelledTable Known, SealedTable Envelope) CutFrom(LabelledTable table, double fraction = 0.2, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(table);
        var (known, test) = table.Split(fraction, seed);
        return (known, new SealedTable(test));
    }

    /// <summary>Breaks the seal.</summary>
    /// <exception cref="InvalidOperationException">The seal was broken before.</exception>
    public LabelledTable Open() => Interlocked.Exchange(ref table, null) ?? throw new InvalidOperationException(
        "This test set has been opened before. A second look would let you choose by it, and its figure would no longer say how the model "
        + "does on new data. To repeat the whole experiment, run it again from the split on.");
}
