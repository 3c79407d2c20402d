using TorchSharp;

namespace Course.Layers;

/// <summary>What a call hands to every block of a stack beside the stream of vectors.</summary>
public sealed class BlockContext
{
    /// <summary>Who sees whom.</summary>
    public required AttentionMask Mask { get; init; }

    /// <summary>The vectors of another text, (batch, source, width), for blocks with cross-attention.</summary>
    public torch.Tensor? Memory { get; init; }

    /// <summary>Which positions of the memory may be seen.</summary>
    public AttentionMask MemoryMask { get; init; } = AttentionMask.None;

    /// <summary>Keys and values of earlier tokens, which the input continues; gets those of the input.</summary>
    public KvCache? Cache { get; init; }

    /// <summary>Gets the attention weights of each block, (batch, head, time, keys), appended when given.</summary>
    public IList<torch.Tensor>? Weights { get; init; }

    /// <summary>Gets the cross-attention weights of each block, (batch, head, time, source), appended when given.</summary>
    public IList<torch.Tensor>? MemoryWeights { get; init; }

    /// <summary>Gets the load-balancing loss of each block with a mixture of experts, a single number, appended when given.</summary>
    public IList<torch.Tensor>? BalanceLosses { get; init; }
}
