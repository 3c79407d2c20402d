using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The block all Transformers here are made of. Attention lets positions exchange information, cross-attention (if there is one)
/// fetches some from another text, the feed-forward layer lets each position digest it. Each part adds its result to the stream of
/// vectors. The mask decides whether it is a block of an encoder or of a decoder.
/// </summary>
public sealed class TransformerBlock : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Norm attentionNorm;
    private readonly MultiHeadAttention attention;
    private readonly Norm? crossNorm;
    private readonly MultiHeadAttention? crossAttention;
    private readonly Norm feedForwardNorm;
    private readonly FeedForward? feedForward;
    private readonly MixtureOfExperts? experts;
    private readonly bool isPreNorm;
    private readonly double dropout;

    /// <summary>Makes a block with fresh weights.</summary>
    /// <param name="config">What it looks like. Its number of layers sets how small the weights that write to the stream start.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="mask">Who sees whom when a call does not say otherwise; everyone sees everyone by default.</param>
    /// <param name="rotary">Rotary positions; the blocks of a stack share one.</param>
    /// <param name="alibi">Biases by distance; the blocks of a stack share one.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public TransformerBlock(
        TransformerConfig config, Initialization init, AttentionMask? mask = null, Rotary? rotary = null, Alibi? alibi = null)
        : base(nameof(TransformerBlock))
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(init);
        Config = config.Validated();
        isPreNorm = config.NormPlacement == NormPlacement.Pre;
        dropout = config.Dropout;
        var scale = Initialization.ResidualScale(config.Layers);
        attention = Attend(mask, rotary, alibi);
        crossAttention = config.CrossAttention ? Attend(AttentionMask.None, null, null) : null;
        if (config.Experts == 0)
        {
            feedForward = FeedForward();
        }
        else
        {
            experts = new MixtureOfExperts(config.Width, config.Experts, config.ExpertsPerToken, init, FeedForward);
        }

        attentionNorm = Normalise();
        crossNorm = config.CrossAttention ? Normalise() : null;
        feedForwardNorm = Normalise();
        RegisterComponents();

        MultiHeadAttention Attend(AttentionMask? mask, Rotary? rotary, Alibi? alibi) => new(
            config.Width, config.Heads, init, mask, config.Bias, config.Dropout, config.Attention, scale, config.KeyValueHeads, rotary, alibi);

        FeedForward FeedForward() => new(
            config.Width, config.FeedForwardSize, init, config.Activation, config.Bias, scale, config.Gated);

        Norm Normalise() => Norm.Create(config.Norm, config.Width, init, config.Bias, config.NormEpsilon);
    }

    /// <summary>What the block looks like.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Normalises what attention reads or, post-norm, what comes of it.</summary>
    public Norm AttentionNorm => attentionNorm;

    /// <summary>The exchange between positions.</summary>
    public MultiHeadAttention Attention => attention;

    /// <summary>The norm of cross-attention, if there is one.</summary>
    public Norm? CrossNorm => crossNorm;

    /// <summary>The look at another text, if there is one.</summary>
    public MultiHeadAttention? CrossAttention => crossAttention;

    /// <summary>Normalises what the feed-forward layer reads or, post-norm, what comes of it.</summary>
    public Norm FeedForwardNorm => feedForwardNorm;

    /// <summary>The digestion; <see langword="null"/> when there are <see cref="Experts"/> for it.</summary>
    public FeedForward? FeedForward => feedForward;

    /// <summary>The experts for the digestion, if there are several.</summary>
    public MixtureOfExperts? Experts => experts;

    /// <inheritdoc/>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, new BlockContext { Mask = attention.Mask });

    /// <summary>Runs the block with a mask, a memory, a cache and records of the call's own.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="context">What the call brings along.</param>
    /// <param name="cache">This block's part of the context's cache.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or cross-attention lacks its memory.</exception>
    public torch.Tensor Forward(torch.Tensor input, BlockContext context, LayerCache? cache = null)
    {
        using var scope = torch.NewDisposeScope();
        var stream = Add(input, attentionNorm, x => attention.Forward(x, context.Mask, context.Weights, cache));
        context.Weights?[^1].MoveToOuterDisposeScope();
        if (crossAttention is not null)
        {
            var memory = context.Memory
                ?? throw new ArgumentException("This block cross-attends, but the call brings no memory to look at.", nameof(context));
            stream = Add(
                stream, crossNorm!, x => crossAttention.Cross(x, memory, context.MemoryMask, context.MemoryWeights, cache));
            context.MemoryWeights?[^1].MoveToOuterDisposeScope();
        }

        stream = Add(stream, feedForwardNorm, x => feedForward?.forward(x) ?? experts!.Forward(x, context.BalanceLosses));
        if (experts is not null)
        {
            context.BalanceLosses?[^1].MoveToOuterDisposeScope();
        }

        return stream.MoveToOuterDisposeScope();
    }

    // Pre-norm: x + part(norm(x)). Post-norm: norm(x + part(x)).
    private torch.Tensor Add(torch.Tensor stream, Norm norm, Func<torch.Tensor, torch.Tensor> part)
    {
        var result = part(isPreNorm ? norm.forward(stream) : stream);
        var sum = stream + Dropout.Apply(result, dropout, dropout > 0 && training);
        return isPreNorm ? sum : norm.forward(sum);
    }
}
