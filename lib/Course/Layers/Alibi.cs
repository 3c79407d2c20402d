using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Attention with linear biases (Press, Smith and Lewis 2022): every score loses a little for each position between query and key,
/// in each head at another rate. There is no table of positions, so no length is too long.
/// </summary>
public sealed class Alibi : IDisposable
{
    // No module and no buffer of one: the rates follow from the number of heads and are no part of a weights file.
    private readonly torch.Tensor slopes; // (head, 1, 1), float32

    /// <summary>Computes the rates of the heads.</summary>
    /// <param name="heads">How many heads there are.</param>
    /// <param name="device">Where the rates are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no head.</exception>
    public Alibi(int heads, torch.Device device)
    {
        Heads = (int)Size.Positive(heads);
        slopes = torch.tensor(SlopesOf(heads), [heads, 1, 1], device: device).DetachFromDisposeScope();
    }

    /// <summary>How many heads there are.</summary>
    public int Heads { get; }

    /// <summary>
    /// The rates: for n heads, n a power of two, 2^(−8/n), 2^(−16/n), …, 2^(−8); for other numbers those of the power of two below,
    /// then every second one of the power above (Press et al. 2022, section 3, and their code).
    /// </summary>
    /// <param name="heads">How many heads there are.</param>
    public static float[] SlopesOf(int heads)
    {
        Size.Positive(heads);
        var power = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)heads + 1) / 2; // the power of two not above
        return
        [
            .. Enumerable.Range(1, power).Select(i => MathF.Pow(2, -8f * i / power)),
            .. Enumerable.Range(0, heads - power).Select(i => MathF.Pow(2, -4f * ((2 * i) + 1) / power)),
        ];
    }

    /// <summary>What is added to scores before softmax: −slope · distance.</summary>
    /// <param name="queries">How many queries there are; they are the last of the keys' positions.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="device">Where the result is needed.</param>
    /// <returns>(head, queries, keys), float32.</returns>
    public torch.Tensor Bias(long queries, long keys, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        var row = torch.arange(keys - queries, keys, torch.float32, device: device).unsqueeze(1);
        var column = torch.arange(keys, torch.float32, device: device);
        return (slopes.to(device) * -(row - column).abs()).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the rates.</summary>
    public void Dispose() => slopes.Dispose();
}
