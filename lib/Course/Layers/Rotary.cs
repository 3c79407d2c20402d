using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Rotary positions (Su et al. 2021, section 3.2): each pair of numbers of a query or key is turned, like the hand of a clock, by an
/// angle that grows with the position. The product of a query and a key then depends on how far apart they stand, not on where.
/// </summary>
/// <remarks>
/// A pair (a, b) is read as the complex number a + bi: to turn it by φ is to multiply it with e^(iφ).
/// <para>
/// A pair is made of neighbours, (0, 1), (2, 3), …, as in the paper, in Llama's own code and in GGUF files. Hugging Face's Llama
/// files pair number i with number i + head_dim/2 instead: <see cref="FromHalves"/> reorders the rows of their query and key
/// weights, after which both give the same attention, and <see cref="ToHalves"/> turns them back.
/// </para>
/// </remarks>
public sealed class Rotary : IDisposable
{
    /// <summary>The base the paper and the first Llamas use.</summary>
    public const double DefaultBase = 10_000;

    // No module and no buffer of one: the table follows from the configuration and is no part of a weights file, and a model
    // converted to fewer bits must not lose those of its angles.
    private torch.Tensor turns; // (count, head_dim/2, 2): cosine and sine, float32

    /// <summary>Computes the angles.</summary>
    /// <param name="count">The longest text, in tokens.</param>
    /// <param name="headDim">Numbers in a head's part of the vector; even.</param>
    /// <param name="device">Where the tables are made.</param>
    /// <param name="rotaryBase">Pair i turns by base^(−2i/head_dim) per position: the larger the base, the slower the slowest hand.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the base not above 1.</exception>
    /// <exception cref="ArgumentException">The head has an odd number of numbers.</exception>
    public Rotary(int count, int headDim, torch.Device device, double rotaryBase = DefaultBase)
    {
        Count = (int)Size.Positive(count);
        HeadDim = (int)Size.Positive(headDim);
        if (headDim % 2 != 0)
        {
            throw new ArgumentException($"Numbers are turned in pairs, but a head has {headDim}, which is odd.", nameof(headDim));
        }

        if (!(rotaryBase > 1 && double.IsFinite(rotaryBase)))
        {
            throw new ArgumentOutOfRangeException(nameof(rotaryBase), rotaryBase, "The base of the angles is above 1; 10,000 is usual.");
        }

        using var scope = torch.NewDisposeScope();
        var position = torch.arange(count, torch.float64, device: device).unsqueeze(1);                     // (count, 1)
        var frequency = (torch.arange(0, headDim, 2, torch.float64, device: device) * (-Math.Log(rotaryBase) / headDim)).exp();
        var angle = position * frequency;                                                                   // (count, head_dim/2)
        turns = torch.stack([angle.cos(), angle.sin()], -1).to(torch.float32).DetachFromDisposeScope();
    }

    /// <summary>The longest text, in tokens.</summary>
    public int Count { get; }

    /// <summary>Numbers in a head's part of the vector.</summary>
    public int HeadDim { get; }

    /// <summary>Turns each vector by the angles of its position.</summary>
    /// <param name="input">Queries or keys, (…, time, head_dim).</param>
    /// <param name="start">The first vector's position: not 0 for tokens that continue an earlier text.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The text is longer than the table.</exception>
    public torch.Tensor Turn(torch.Tensor input, long start = 0)
    {
        var time = input.shape[^2];
        if (start < 0 || start + time > Count)
        {
            throw new ArgumentException(
                $"Positions {start} to {start + time - 1} were asked for, but the table ends at {Count - 1}.", nameof(input));
        }

        using var scope = torch.NewDisposeScope();
        var turn = TurnsOn(input.device).narrow(0, start, time);                            // (time, head_dim/2, 2)
        var isShort = input.dtype is torch.ScalarType.BFloat16 or torch.ScalarType.Float16;    // there are no such complex numbers
        var pairs = (isShort ? input.to(torch.float32) : input).view([.. input.shape[..^1], HeadDim / 2, 2]);
        var turned = (pairs.view_as_complex() * turn.view_as_complex()).view_as_real().flatten(-2); // (…, time, head_dim)
        return (isShort ? turned.to(input.dtype) : turned).MoveToOuterDisposeScope();
    }

    /// <summary>Reorders rows from Hugging Face's pairing, (i, i + head_dim/2), to neighbours.</summary>
    /// <param name="rows">The weight or bias that makes queries or keys: (heads · head_dim, …).</param>
    /// <param name="heads">How many heads the rows belong to.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The rows cannot be cut into heads of pairs.</exception>
    public static torch.Tensor FromHalves(torch.Tensor rows, int heads) => Regroup(rows, heads, 2, HeadDimOf(rows, heads) / 2);

    /// <summary>Reorders rows from neighbours to Hugging Face's pairing: undoes <see cref="FromHalves"/>.</summary>
    /// <param name="rows">The weight or bias that makes queries or keys: (heads · head_dim, …).</param>
    /// <param name="heads">How many heads the rows belong to.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The rows cannot be cut into heads of pairs.</exception>
    public static torch.Tensor ToHalves(torch.Tensor rows, int heads) => Regroup(rows, heads, HeadDimOf(rows, heads) / 2, 2);

    private static long HeadDimOf(torch.Tensor rows, int heads)
    {
        Size.Positive(heads);
        var count = rows.shape[0];
        return count % (2 * heads) == 0
            ? count / heads
            : throw new ArgumentException($"{count} rows cannot be cut into {heads} heads of pairs.", nameof(rows));
    }

    // Row (head, i, j) becomes row (head, j, i).
    private static torch.Tensor Regroup(torch.Tensor rows, int heads, long outer, long inner)
    {
        using var scope = torch.NewDisposeScope();
        return rows.unflatten(0, [heads, outer, inner]).transpose(1, 2).flatten(0, 2).MoveToOuterDisposeScope();
    }

    private torch.Tensor TurnsOn(torch.Device device)
    {
        if (turns.device_type != device.type || turns.device_index != device.index)
        {
            var moved = turns.to(device).DetachFromDisposeScope();
            turns.Dispose();
            turns = moved;
        }

        return turns;
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => turns.Dispose();
}
