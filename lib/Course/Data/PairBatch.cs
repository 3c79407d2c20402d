using TorchSharp;

namespace Course.Data;

/// <summary>What an encoder-decoder trains on in one step: source texts, and targets taught by teacher forcing.</summary>
/// <remarks>
/// Teacher forcing (Williams and Zipser 1989): at every position the decoder reads the right tokens before, not its own guesses. So
/// what it reads is the target moved by one, with a start token in front, and all positions are learned at once.
/// </remarks>
/// <param name="Sources">The texts the encoder reads: (batch, source), int64.</param>
/// <param name="SourceIsReal">(batch, source), bool: false for padding.</param>
/// <param name="Inputs">What the decoder reads: (batch, target), int64.</param>
/// <param name="Targets">What it shall write: (batch, target), int64; <see cref="TokenBatch.NoTarget"/> behind the end.</param>
public sealed record PairBatch(torch.Tensor Sources, torch.Tensor SourceIsReal, torch.Tensor Inputs, torch.Tensor Targets) : IDisposable
{
    /// <summary>Puts pairs of texts together, padded to the longest of each side.</summary>
    /// <param name="pairs">Source and target of each row; a source has at least one token.</param>
    /// <param name="startToken">What the decoder reads first.</param>
    /// <param name="endToken">What it shall write last.</param>
    /// <param name="device">Where the tensors are put.</param>
    /// <exception cref="ArgumentException">There is no pair, or a source is empty.</exception>
    public static PairBatch TeacherForced(
        IReadOnlyList<(int[] Source, int[] Target)> pairs, int startToken, int endToken, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(device);
        if (pairs.Count == 0 || pairs.Any(pair => pair.Source.Length == 0))
        {
            throw new ArgumentException("A batch needs at least one pair, and each source at least one token.", nameof(pairs));
        }

        var rows = pairs.Count;
        var (sourceTime, targetTime) = (pairs.Max(pair => pair.Source.Length), pairs.Max(pair => pair.Target.Length) + 1);
        var sources = new long[rows * sourceTime];
        var isReal = new bool[sources.Length];
        var inputs = new long[rows * targetTime];
        var targets = new long[inputs.Length];
        Array.Fill(targets, TokenBatch.NoTarget);
        foreach (var (row, (source, target)) in pairs.Index())
        {
            for (var t = 0; t < source.Length; t++)
            {
                sources[(row * sourceTime) + t] = source[t];
                isReal[(row * sourceTime) + t] = true;
            }

            inputs[row * targetTime] = startToken;
            for (var t = 0; t < target.Length; t++)
            {
                inputs[(row * targetTime) + t + 1] = target[t];
                targets[(row * targetTime) + t] = target[t];
            }

            targets[(row * targetTime) + target.Length] = endToken;
        }

        return new PairBatch(
            torch.tensor(sources, [rows, sourceTime], device: device),
            torch.tensor(isReal, [rows, sourceTime], device: device),
            torch.tensor(inputs, [rows, targetTime], device: device),
            torch.tensor(targets, [rows, targetTime], device: device));
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Sources.Dispose();
        SourceIsReal.Dispose();
        Inputs.Dispose();
        Targets.Dispose();
    }
}
