using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Blocks one after the other, with the positions they share and, when the blocks normalise what they read, a last norm for what
/// they have written. An encoder and a decoder are both one of these; only the mask differs.
/// </summary>
public sealed class TransformerStack : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly TorchSharp.Modules.ModuleList<TransformerBlock> blocks;
    private readonly Norm? norm;
    private readonly Rotary? rotary;
    private readonly Alibi? alibi;

    /// <summary>Makes a stack with fresh weights.</summary>
    /// <param name="config">What it looks like.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="mask">Who sees whom when a call does not say otherwise; everyone sees everyone by default.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public TransformerStack(TransformerConfig config, Initialization init, AttentionMask? mask = null)
        : base(nameof(TransformerStack))
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(init);
        Config = config.Validated();
        Mask = mask ?? AttentionMask.None;
        rotary = config.Positions == PositionKind.Rotary
            ? new Rotary(config.BlockSize, config.HeadDim, init.Device, config.RotaryBase)
            : null;
        alibi = config.Positions == PositionKind.Alibi ? new Alibi(config.Heads, init.Device) : null;
        blocks = [.. Enumerable.Range(0, config.Layers).Select(_ => new TransformerBlock(config, init, Mask, rotary, alibi))];
        norm = config.NormPlacement == NormPlacement.Pre
            ? Norm.Create(config.Norm, config.Width, init, config.Bias, config.NormEpsilon)
            : null;
        RegisterComponents();
    }

    /// <summary>What the stack looks like.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Who sees whom when a call does not say otherwise.</summary>
    public AttentionMask Mask { get; }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<TransformerBlock> Blocks => [.. blocks];

    /// <summary>The last norm; a post-norm stack has none, its last block ends with one.</summary>
    public Norm? Norm => norm;

    /// <summary>Room for the keys and values of texts that are read and written on token by token.</summary>
    /// <param name="batch">Texts at the same time.</param>
    /// <param name="capacity">The longest text, in tokens; the block size when left out.</param>
    public KvCache NewCache(long batch = 1, int? capacity = null)
    {
        var weight = blocks[0].Attention.Qkv.Weight;
        return new KvCache(
            Config.Layers, batch, Config.KeyValueHeadCount, capacity ?? Config.BlockSize, Config.HeadDim, weight.device, weight.dtype);
    }

    /// <inheritdoc/>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, new BlockContext { Mask = Mask });

    /// <summary>Runs all blocks.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="context">What the call brings along.</param>
    /// <returns>(batch, time, width), normalised.</returns>
    public torch.Tensor Forward(torch.Tensor input, BlockContext context)
    {
        var stream = input;
        for (var i = 0; i < blocks.Count; i++)
        {
            var next = blocks[i].Forward(stream, context, context.Cache?.Layers[i]);
            if (i > 0)
            {
                stream.Dispose();
            }

            stream = next;
        }

        if (norm is null)
        {
            return stream;
        }

        using (stream)
        {
            return norm.forward(stream);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rotary?.Dispose();
            alibi?.Dispose();
        }

        base.Dispose(disposing);
    }
}
