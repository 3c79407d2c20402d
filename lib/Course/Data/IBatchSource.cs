using TorchSharp;

namespace Course.Data;

/// <summary>
/// Numbered batches. A batch is a pure function of the source's seed and the batch's number, and never of the batches asked for
/// before: so a training run that resumes at step 1,000 sees exactly what an unbroken run would have seen.
/// </summary>
public interface IBatchSource
{
    /// <summary>The number of rows of a batch. The last batch of an epoch may have fewer.</summary>
    int BatchSize { get; }

    /// <summary>The number of tokens in a row.</summary>
    int BlockSize { get; }

    /// <summary>The number of batches, or null when there is no end.</summary>
    long? BatchCount { get; }

    /// <summary>Makes batch number <paramref name="index"/>. The caller disposes it.</summary>
    /// <param name="index">From 0 up to, and not including, <see cref="BatchCount"/>.</param>
    /// <param name="device">Where the tensors are put.</param>
    /// <returns>Two tensors of shape (batch, time), int64.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no batch of that number.</exception>
    TokenBatch Batch(long index, torch.Device device);
}
