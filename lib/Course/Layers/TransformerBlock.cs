using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The block all models here are made of. Attention lets positions exchange information, the feed-forward layer lets each digest
/// it; both read a normalised copy of the stream and add their result to it (pre-norm: Xiong et al. 2020). The mask decides whether
/// it is a block of an encoder or of a decoder.
/// </summary>
public sealed class TransformerBlock : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly LayerNorm attentionNorm;
    private readonly MultiHeadAttention attention;
    private readonly LayerNorm feedForwardNorm;
    private readonly FeedForward feedForward;
    private readonly double dropout;

    /// <summary>Puts a block together.</summary>
    /// <param name="attention">The exchange between positions; its mask is the block's.</param>
    /// <param name="feedForward">The digestion.</param>
    /// <param name="init">Makes the parameters of the norms.</param>
    /// <param name="bias">Whether the norms have a shift.</param>
    /// <param name="dropout">The share of each result set to zero while training, before it is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dropout is outside [0, 1).</exception>
    public TransformerBlock(
        MultiHeadAttention attention, FeedForward feedForward, Initialization init, bool bias = true, double dropout = 0)
        : base(nameof(TransformerBlock))
    {
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentNullException.ThrowIfNull(feedForward);
        ArgumentNullException.ThrowIfNull(init);
        Dropout.CheckRate(dropout);
        attentionNorm = new LayerNorm(attention.Width, init, bias);
        this.attention = attention;
        feedForwardNorm = new LayerNorm(attention.Width, init, bias);
        this.feedForward = feedForward;
        this.dropout = dropout;
        RegisterComponents();
    }

    /// <summary>Normalises what attention reads.</summary>
    public LayerNorm AttentionNorm => attentionNorm;

    /// <summary>The exchange between positions.</summary>
    public MultiHeadAttention Attention => attention;

    /// <summary>Normalises what the feed-forward layer reads.</summary>
    public LayerNorm FeedForwardNorm => feedForwardNorm;

    /// <summary>The digestion.</summary>
    public FeedForward FeedForward => feedForward;

    /// <inheritdoc/>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, attention.Mask);

    /// <summary>Runs the block under a mask of the call's own.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="mask">Who sees whom.</param>
    /// <param name="record">Gets the attention weights, (batch, head, time, time), appended when given.</param>
    /// <returns>(batch, time, width).</returns>
    public torch.Tensor Forward(torch.Tensor input, AttentionMask mask, IList<torch.Tensor>? record = null)
    {
        using var scope = torch.NewDisposeScope();
        var isTraining = dropout > 0 && training;
        var exchanged = attention.Forward(attentionNorm.forward(input), mask, record);
        var stream = input + Dropout.Apply(exchanged, dropout, isTraining);
        var digested = feedForward.forward(feedForwardNorm.forward(stream));
        stream = stream + Dropout.Apply(digested, dropout, isTraining);
        record?[^1].MoveToOuterDisposeScope();
        return stream.MoveToOuterDisposeScope();
    }
}
