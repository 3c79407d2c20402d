using TorchSharp;

namespace Course.Data;

/// <summary>
/// What a language model trains on in one step: rows of tokens, and for each token the one that comes after it.
/// </summary>
/// <param name="Inputs">The tokens the model reads: (batch, time), int64.</param>
/// <param name="Targets">The tokens it shall predict: (batch, time), int64; <c>Targets[b, t]</c> follows <c>Inputs[b, t]</c>.</param>
public sealed record TokenBatch(torch.Tensor Inputs, torch.Tensor Targets) : IDisposable
{
    /// <summary>The target of a position at which nothing is asked; cross-entropy leaves it out.</summary>
    public const long NoTarget = -100;

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets.Dispose();
    }
}
