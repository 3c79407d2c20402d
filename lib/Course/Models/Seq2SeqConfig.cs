using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="Seq2Seq"/>. Immutable. Source and target share one vocabulary.</summary>
public sealed record Seq2SeqConfig
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The longest source and the longest target, in tokens.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Blocks of the encoder.</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>Blocks of the decoder.</summary>
    public int DecoderLayers { get; init; } = 2;

    /// <summary>Attention heads in a block; divides <see cref="Width"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>. 0 stands for as many as heads.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Numbers inside the feed-forward layer; 0 stands for four times the width, or with a gate 8/3 times.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>The bend inside the feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Whether the feed-forward layers have a gate.</summary>
    public bool Gated { get; init; }

    /// <summary>How the model learns the order of its tokens.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Sinusoidal;

    /// <summary>How vectors are brought to one size.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Added under the root of the norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Where blocks normalise. The first Transformer did it after each addition; before each part learns more steadily.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    /// <summary>Whether linear layers and norms have a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>How attention is computed; does not change the numbers.</summary>
    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    /// <summary>Whether one table serves source, target and logits (Vaswani et al. 2017, section 3.4); otherwise the logits have their own.</summary>
    public bool TieWeights { get; init; } = true;

    /// <summary>The standard deviation of fresh weights; 0 stands for 0.7/√width.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>The standard deviation of fresh weights, with 0 resolved.</summary>
    public double WeightDeviation => InitialDeviation == 0 ? 0.7 / Math.Sqrt(Width) : InitialDeviation;

    /// <summary>The base model of "Attention Is All You Need" (Vaswani et al. 2017, table 3), with its 37,000 tokens.</summary>
    public static Seq2SeqConfig AttentionIsAllYouNeed => new()
    {
        VocabularySize = 37000,
        BlockSize = 512,
        EncoderLayers = 6,
        DecoderLayers = 6,
        Heads = 8,
        Width = 512,
        NormPlacement = NormPlacement.Post,
        Dropout = 0.1,
    };

    /// <summary>What the encoder looks like.</summary>
    public TransformerConfig Encoder => new()
    {
        Width = Width,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        Layers = EncoderLayers,
        BlockSize = BlockSize,
        Positions = Positions,
        FeedForwardWidth = FeedForwardWidth,
        Activation = Activation,
        Gated = Gated,
        Norm = Norm,
        NormEpsilon = NormEpsilon,
        NormPlacement = NormPlacement,
        Bias = Bias,
        Dropout = Dropout,
        Attention = Attention,
    };

    /// <summary>What the decoder looks like: the encoder, with cross-attention in each block.</summary>
    public TransformerConfig Decoder => Encoder with { Layers = DecoderLayers, CrossAttention = true };

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList(Encoder.Problems().Union(Decoder.Problems()));
        problems.Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        problems.Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            $"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number.");
        problems.CheckSize(VocabularySize, Width);
        return problems.Sentences;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public Seq2SeqConfig Validated()
    {
        ProblemList.Refuse("an encoder-decoder", Problems());
        return this;
    }

    /// <summary>How many numbers training adjusts. A tied table counts once.</summary>
    public long ParameterCount => checked(
        ((long)VocabularySize * Width * (TieWeights ? 1 : 2))
        + (Positions == PositionKind.Learned ? (long)BlockSize * Width : 0)
        + Encoder.ParameterCount + Decoder.ParameterCount);

    /// <summary>
    /// Floating-point operations of one forward pass for a pair of texts, in the matrix products; a multiplication with its addition
    /// counts as two.
    /// </summary>
    /// <param name="source">Tokens of the source.</param>
    /// <param name="target">Tokens of the target.</param>
    public double ForwardFlops(long source, long target) =>
        Encoder.ForwardFlops(source) + Decoder.ForwardFlops(target, source) + (2.0 * VocabularySize * Width * target);

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Encoder-decoder: {EncoderLayers} + {Decoder}, context {BlockSize} ({Positions} positions), vocabulary {VocabularySize}"
        + $"{(TieWeights ? ", tied" : "")}: {ParameterCount:N0} parameters, "
        + $"{3 * ForwardFlops(BlockSize, BlockSize) / 1e6:N1} MFLOP per training pair of full length");

    /// <summary>How many numbers a file of the weights holds: the parameters, and the table of fixed waves.</summary>
    internal long StoredNumbers =>
        ParameterCount + (Positions == PositionKind.Sinusoidal ? (long)BlockSize * Width : 0);
}
