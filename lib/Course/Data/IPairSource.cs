using TorchSharp;

namespace Course.Data;

/// <summary>
/// Numbered batches of pairs of texts. As with <see cref="IBatchSource"/>, a batch is a pure function of the source's seed and the
/// batch's number.
/// </summary>
public interface IPairSource
{
    /// <summary>The number of pairs of a batch. The last one of an epoch may have fewer.</summary>
    int BatchSize { get; }

    /// <summary>The longest source or target, in tokens, start or end token included: what the model must be able to read.</summary>
    int LongestText { get; }

    /// <summary>The number of batches, or null when there is no end.</summary>
    long? BatchCount { get; }

    /// <summary>Makes batch number <paramref name="index"/>. The caller disposes it.</summary>
    /// <param name="index">From 0 up to, and not including, <see cref="BatchCount"/>.</param>
    /// <param name="device">Where the tensors are put.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no batch of that number.</exception>
    PairBatch Batch(long index, torch.Device device);
}
