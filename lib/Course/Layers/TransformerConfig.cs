using System.Globalization;

namespace Course.Layers;

/// <summary>
/// What a stack of Transformer blocks looks like. Every Transformer of this library, GPT-2 or Llama, BERT or the translator of
/// "Attention Is All You Need", is this one record with other settings; the mask, given when the stack is built, makes it an
/// encoder or a decoder. Immutable.
/// </summary>
public sealed record TransformerConfig
{
    /// <summary>Numbers in a position's vector.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads in a block; divides <see cref="Width"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Blocks, one after the other.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>. 0 stands for as many as heads.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>The longest text, in tokens: as far as tables of positions go.</summary>
    public int BlockSize { get; init; } = 1024;

    /// <summary>How blocks learn the order of positions. Only <see cref="PositionKind.Rotary"/> and <see cref="PositionKind.Alibi"/> are
    /// theirs; the other kinds are added to the vectors before the first block.</summary>
    public PositionKind Positions { get; init; }

    /// <summary>The base of the rotary angles.</summary>
    public double RotaryBase { get; init; } = Rotary.DefaultBase;

    /// <summary>Numbers inside the feed-forward layer; 0 stands for the usual: see <see cref="FeedForwardSize"/>.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>The bend inside the feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>Whether the feed-forward layers have a gate; with <see cref="Activation.Silu"/> that is SwiGLU.</summary>
    public bool Gated { get; init; }

    /// <summary>Feed-forward layers to choose from in each block, a <see cref="MixtureOfExperts"/>; 0 for a single one, always used.</summary>
    public int Experts { get; init; }

    /// <summary>How many of the experts a token uses.</summary>
    public int ExpertsPerToken { get; init; } = 2;

    /// <summary>How vectors are brought to one size.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Added under the root of the norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Where blocks normalise.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    /// <summary>Whether linear layers, and norms that can, have a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>How attention is computed; does not change the numbers.</summary>
    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    /// <summary>Whether each block also attends to the vectors of another text.</summary>
    public bool CrossAttention { get; init; }

    /// <summary>Heads of keys and values, with 0 resolved.</summary>
    public int KeyValueHeadCount => KeyValueHeads == 0 ? Heads : KeyValueHeads;

    /// <summary>Numbers in a head's part of the vector.</summary>
    public int HeadDim => Width / Heads;

    /// <summary>
    /// Numbers inside the feed-forward layer, with 0 resolved: four times the width; with a gate, whose third matrix wants its share,
    /// 8/3 times, rounded up to a multiple of 8.
    /// </summary>
    public int FeedForwardSize => FeedForwardWidth != 0 ? FeedForwardWidth
        : Gated ? (int)((((8L * Width) + 23) / 24) * 8)
        : 4 * Width;

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Check(BlockSize >= 1, $"The block size is {BlockSize}, but a model must read at least one token.");
        Check(Layers >= 1, $"There are {Layers} layers, but a Transformer has at least one.");
        Check(Heads >= 1, $"There are {Heads} heads, but attention has at least one.");
        Check(Width >= 1, $"The width is {Width}, but a vector has at least one number.");
        if (Heads >= 1 && Width >= 1)
        {
            Check(Width % Heads == 0, $"{Heads} heads cannot share a width of {Width} equally; take a width that is a multiple of {Heads}.");
            Check(
                Positions != PositionKind.Rotary || HeadDim % 2 == 0,
                $"Rotary positions turn numbers in pairs, but a head has {HeadDim}; take a width that is a multiple of {2L * Heads}.");
        }

        Check(
            KeyValueHeads >= 0 && (Heads < 1 || KeyValueHeads == 0 || Heads % KeyValueHeads == 0),
            $"{Heads} query heads cannot share {KeyValueHeads} key-value heads equally; use 0 for as many as heads, or a number that divides it.");
        Check(FeedForwardWidth >= 0, $"The feed-forward width is {FeedForwardWidth}; use 0 for the usual, or a positive number.");
        Check(Experts >= 0 && Experts != 1, $"There are {Experts} experts to choose from; use 0 for no choice, or at least 2.");
        Check(
            Experts < 2 || (ExpertsPerToken >= 1 && ExpertsPerToken <= Experts),
            $"A token shall use {ExpertsPerToken} of {Experts} experts, which is not possible.");
        Check(
            RotaryBase > 1 && double.IsFinite(RotaryBase), Invariant($"The base of the rotary angles is {RotaryBase}; 10000 is usual."));
        Check(
            NormEpsilon > 0 && double.IsFinite(NormEpsilon),
            Invariant($"The epsilon of the norms is {NormEpsilon}, but it is a small positive number; use 1e-5."));
        Check(Dropout is >= 0 and < 1, Invariant($"The dropout is {Dropout}, but it is a share in [0, 1)."));
        Check(Enum.IsDefined(Positions), $"There is no kind of positions number {(int)Positions}.");
        Check(Enum.IsDefined(Activation), $"There is no activation number {(int)Activation}.");
        Check(Enum.IsDefined(Attention), $"There is no attention kernel number {(int)Attention}.");
        Check(Enum.IsDefined(Norm), $"There is no kind of norm number {(int)Norm}.");
        Check(Enum.IsDefined(NormPlacement), $"There is no placement of norms number {(int)NormPlacement}.");
        if (problems.Count == 0)
        {
            var largest = Math.Max(Math.Max(3L * Width, (long)BlockSize), Math.Max(FeedForwardSize, 4L * Width)) * Width;
            Check(
                largest <= int.MaxValue && FeedForwardSize > 0,
                Invariant($"The largest weight would have {largest:N0} numbers, more than this library handles; make the model smaller."));
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
    public TransformerConfig Validated() => Problems() is { Count: > 0 } problems
        ? throw new ArgumentException($"This configuration of a Transformer cannot work. {string.Join(' ', problems)}")
        : this;

    /// <summary>How many numbers training adjusts in the whole stack, its last norm included.</summary>
    public long ParameterCount
    {
        get
        {
            var norms = (CrossAttention ? 3 : 2) * NormParameters;
            var attention = (CrossAttention ? 2 : 1) * AttentionParameters;
            var block = attention + norms + (Math.Max(Experts, 1) * FeedForwardParameters) + (Experts * (long)Width);
            return checked((Layers * block) + (NormPlacement == NormPlacement.Pre ? NormParameters : 0));
        }
    }

    /// <summary>The parameters of one norm.</summary>
    internal long NormParameters => Width * (Bias && Norm == NormKind.LayerNorm ? 2L : 1L);

    private long QkvRows => (Heads + (2L * KeyValueHeadCount)) * HeadDim;

    private long AttentionParameters => ((QkvRows + Width) * Width) + (Bias ? QkvRows + Width : 0);

    private long FeedForwardParameters
    {
        get
        {
            long hidden = FeedForwardSize, wide = Gated ? 2 : 1;
            return ((wide + 1) * Width * hidden) + (Bias ? (wide * hidden) + Width : 0);
        }
    }

    /// <summary>
    /// Floating-point operations of one pass of a text through the stack; a multiplication with its addition counts as two. Counts
    /// the matrix products: all weights, and attention's two products of every position with every other.
    /// </summary>
    /// <param name="time">Tokens in the text.</param>
    /// <param name="source">Tokens in the text that cross-attention looks at.</param>
    public double ForwardFlops(long time, long source = 0)
    {
        double width = Width;
        var perToken = ((QkvRows + width) * width) + (2 * width * time)
            + (Math.Max(Experts > 0 ? ExpertsPerToken : 1, 1) * (Gated ? 3 : 2) * width * FeedForwardSize) + (Experts * width);
        var products = perToken * time;
        if (CrossAttention)
        {
            // Queries and output for each token, keys and values for each token of the source, and every pair of the two.
            products += (2 * width * width * time) + ((QkvRows - width) * width * source) + (2 * width * time * source);
        }

        return 2 * Layers * products;
    }

    /// <summary>The configuration in words.</summary>
    public override string ToString() => Invariant($"{Layers} layers × {Heads} heads")
        + (KeyValueHeadCount == Heads ? "" : $" ({KeyValueHeadCount} of keys and values)")
        + Invariant($", width {Width}, feed-forward {FeedForwardSize} ({(Gated ? "gated " : "")}{Activation}")
        + (Experts > 0 ? $", {ExpertsPerToken} of {Experts} experts" : "") + "), "
        + Invariant($"{NormPlacement.ToString().ToLowerInvariant()}-{Norm}, {(Bias ? "with" : "no")} bias, dropout {Dropout}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
