using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="Gpt"/>. Immutable; <c>config with { Layers = 6 }</c> makes a variant.</summary>
public sealed record GptConfig
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The longest text the model reads at once, in tokens (the context).</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Transformer blocks, one after the other.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads in a block; divides <see cref="Width"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>. 0 stands for as many as heads.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Numbers inside the feed-forward layer; 0 stands for four times the width, or with a gate 8/3 times.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether linear layers and norms have a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>True for a model that predicts the next token; false for one that sees both sides and fills in masked tokens.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>How the model learns the order of its tokens.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The base of the angles of <see cref="PositionKind.Rotary"/> positions.</summary>
    public double RotaryBase { get; init; } = Rotary.DefaultBase;

    /// <summary>The bend inside the feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>Whether the feed-forward layers have a gate; with <see cref="Activation.Silu"/> that is SwiGLU.</summary>
    public bool Gated { get; init; }

    /// <summary>Feed-forward layers to choose from in each block, a <see cref="MixtureOfExperts"/>; 0 for a single one, always used.</summary>
    public int Experts { get; init; }

    /// <summary>How many of the experts a token uses.</summary>
    public int ExpertsPerToken { get; init; } = 2;

    /// <summary>How much the load-balancing loss of the experts counts beside the loss of the text.</summary>
    public double BalanceWeight { get; init; } = 0.01;

    /// <summary>How vectors are brought to one size.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Added under the root of the norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Where blocks normalise.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    /// <summary>How attention is computed; does not change the numbers.</summary>
    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    /// <summary>Whether the table that turns tokens into vectors also turns vectors into logits (Press and Wolf 2017).</summary>
    public bool TieWeights { get; init; } = true;

    /// <summary>The standard deviation of fresh weights; 0 stands for 0.7/√width (<see cref="WeightDeviation"/>). GPT-2 used 0.02.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>
    /// The standard deviation of fresh weights, with 0 resolved. With about 1/√width a linear layer neither shrinks nor swells what
    /// passes through it, whatever the width: 0.025 at GPT-2's 768, near its 0.02, but three times as much at a width of 128, where
    /// 0.02 makes the first thousand updates slow.
    /// </summary>
    public double WeightDeviation => InitialDeviation == 0 ? 0.7 / Math.Sqrt(Width) : InitialDeviation;

    /// <summary>
    /// The shape of GPT-2 (Radford et al. 2019): learned positions, LayerNorm, tanh-GELU, biases everywhere, one table for tokens and
    /// logits. Its smallest release, with 124 million parameters, when nothing is said.
    /// </summary>
    /// <param name="layers">Blocks.</param>
    /// <param name="heads">Heads in a block.</param>
    /// <param name="width">Numbers in a token's vector.</param>
    /// <param name="vocabularySize">Tokens.</param>
    /// <param name="blockSize">The longest text.</param>
    public static GptConfig Gpt2(
        int layers = 12, int heads = 12, int width = 768, int vocabularySize = 50257, int blockSize = 1024) => new()
        {
            VocabularySize = vocabularySize,
            BlockSize = blockSize,
            Layers = layers,
            Heads = heads,
            Width = width,
            Bias = true,
            Activation = Activation.GeluTanh,
        };

    /// <summary>
    /// The shape of Llama (Touvron et al. 2023): rotary positions, RMSNorm, SwiGLU, no biases, and from Llama 2 on fewer heads for keys
    /// and values than for queries.
    /// </summary>
    /// <param name="vocabularySize">Tokens.</param>
    /// <param name="layers">Blocks.</param>
    /// <param name="heads">Heads of queries in a block.</param>
    /// <param name="width">Numbers in a token's vector.</param>
    /// <param name="keyValueHeads">Heads of keys and values; 0 stands for as many as of queries.</param>
    /// <param name="feedForwardWidth">Numbers inside the feed-forward layer; 0 stands for 8/3 of the width.</param>
    /// <param name="blockSize">The longest text.</param>
    /// <param name="tieWeights">Whether tokens and logits share one table: small ones do, large ones do not.</param>
    /// <param name="rotaryBase">The base of the rotary angles: 10,000 up to Llama 2, 500,000 in Llama 3.</param>
    /// <param name="normEpsilon">Added under the root of the norms.</param>
    public static GptConfig Llama(
        int vocabularySize,
        int layers = 4,
        int heads = 4,
        int width = 128,
        int keyValueHeads = 0,
        int feedForwardWidth = 0,
        int blockSize = 64,
        bool tieWeights = true,
        double rotaryBase = Rotary.DefaultBase,
        double normEpsilon = 1e-5) => new()
        {
            VocabularySize = vocabularySize,
            BlockSize = blockSize,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            Width = width,
            FeedForwardWidth = feedForwardWidth,
            Positions = PositionKind.Rotary,
            RotaryBase = rotaryBase,
            Activation = Activation.Silu,
            Gated = true,
            Norm = NormKind.RmsNorm,
            NormEpsilon = normEpsilon,
            TieWeights = tieWeights,
        };

    /// <summary>Numbers inside the feed-forward layer, with 0 resolved.</summary>
    public int FeedForwardSize => Stack.FeedForwardSize;

    /// <summary>What the stack of blocks looks like.</summary>
    public TransformerConfig Stack => new()
    {
        Width = Width,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        Layers = Layers,
        BlockSize = BlockSize,
        Positions = Positions,
        RotaryBase = RotaryBase,
        FeedForwardWidth = FeedForwardWidth,
        Activation = Activation,
        Gated = Gated,
        Experts = Experts,
        ExpertsPerToken = ExpertsPerToken,
        Norm = Norm,
        NormEpsilon = NormEpsilon,
        NormPlacement = NormPlacement,
        Bias = Bias,
        Dropout = Dropout,
        Attention = Attention,
    };

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>(Stack.Problems());
        Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            Invariant($"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number."));
        Check(
            BalanceWeight >= 0 && double.IsFinite(BalanceWeight),
            Invariant($"The weight of the load-balancing loss is {BalanceWeight}, but it is not negative; 0.01 is usual."));
        if (problems.Count == 0)
        {
            Check(
                (long)VocabularySize * Width <= int.MaxValue,
                Invariant($"The table of tokens would have {(long)VocabularySize * Width:N0} numbers, more than this library handles; make the model smaller."));
        }

        return problems;

        void Check(bool isFine, string sentence)
        {
            if (!isFine)
            {
                problems.Add(sentence);
            }
        }
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public GptConfig Validated() => Problems() is { Count: > 0 } problems
        ? throw new ArgumentException($"This configuration of a GPT cannot work. {string.Join(' ', problems)}")
        : this;

    /// <summary>How many numbers training adjusts. A tied table counts once.</summary>
    public long ParameterCount
    {
        get
        {
            var positions = Positions == PositionKind.Learned ? (long)BlockSize * Width : 0;
            var tables = (long)VocabularySize * Width * (TieWeights ? 1 : 2);
            return checked(tables + positions + Stack.ParameterCount);
        }
    }

    /// <summary>
    /// Floating-point operations of one forward pass through a full context, per token; a multiplication with its addition counts
    /// as two. Counts the matrix products: all weights, the logits, and attention's two products of every position with every other.
    /// </summary>
    public double ForwardFlopsPerToken =>
        (Stack.ForwardFlops(BlockSize) / BlockSize) + (2.0 * VocabularySize * Width);

    /// <summary>
    /// Floating-point operations of one training step, per token: the forward pass, and twice as many for the backward pass, which
    /// needs the gradients of both factors of each product (Kaplan et al. 2020, section 2.1).
    /// </summary>
    public double TrainingFlopsPerToken => 3 * ForwardFlopsPerToken;

    /// <summary>The configuration in words.</summary>
    public override string ToString() => Invariant(
        $"{(Causal ? "Causal" : "Bidirectional")} Transformer: {Stack}, ")
        + Invariant($"context {BlockSize} ({Positions} positions), vocabulary {VocabularySize}{(TieWeights ? ", tied" : "")}: ")
        + Invariant($"{ParameterCount:N0} parameters, {TrainingFlopsPerToken / 1e6:N1} MFLOP per training token");

    /// <summary>How many numbers a file of the weights holds: the parameters, and the table of fixed waves.</summary>
    internal long StoredNumbers =>
        ParameterCount + (Positions == PositionKind.Sinusoidal ? (long)BlockSize * Width : 0);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
