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

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Numbers inside the feed-forward layer; 0 stands for four times the width.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether linear layers and norms have a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>True for a model that predicts the next token; false for one that sees both sides and fills in masked tokens.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>How the model learns the order of its tokens.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The bend inside the feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

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

    /// <summary>Numbers inside the feed-forward layer, with 0 resolved.</summary>
    public int FeedForwardSize => FeedForwardWidth == 0 ? 4 * Width : FeedForwardWidth;

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        Check(BlockSize >= 1, $"The block size is {BlockSize}, but a model must read at least one token.");
        Check(Layers >= 1, $"There are {Layers} layers, but a Transformer has at least one.");
        Check(Heads >= 1, $"There are {Heads} heads, but attention has at least one.");
        Check(Width >= 1, $"The width is {Width}, but a vector has at least one number.");
        if (Heads >= 1 && Width >= 1)
        {
            Check(Width % Heads == 0, $"{Heads} heads cannot share a width of {Width} equally; take a width that is a multiple of {Heads}.");
        }

        Check(FeedForwardWidth >= 0, $"The feed-forward width is {FeedForwardWidth}; use 0 for four times the width, or a positive number.");
        Check(Dropout is >= 0 and < 1, Invariant($"The dropout is {Dropout}, but it is a share in [0, 1)."));
        Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            Invariant($"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number."));
        Check(Enum.IsDefined(Positions), $"There is no kind of positions number {(int)Positions}.");
        Check(Enum.IsDefined(Activation), $"There is no activation number {(int)Activation}.");
        Check(Enum.IsDefined(Attention), $"There is no attention kernel number {(int)Attention}.");
        if (problems.Count == 0)
        {
            Check(
                LargestParameter <= int.MaxValue,
                Invariant($"The largest weight would have {LargestParameter:N0} numbers, more than this library handles; make the model smaller."));
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
            long width = Width, hidden = FeedForwardSize, bias = Bias ? 1 : 0;
            var norm = width * (1 + bias);
            var attention = (4 * width * width) + (bias * 4 * width);
            var feedForward = (2 * width * hidden) + (bias * (hidden + width));
            var positions = Positions == PositionKind.Learned ? (long)BlockSize * width : 0;
            var tables = (long)VocabularySize * width * (TieWeights ? 1 : 2);
            return checked(tables + positions + (Layers * (attention + feedForward + (2 * norm))) + norm);
        }
    }

    /// <summary>
    /// Floating-point operations of one forward pass through a full context, per token; a multiplication with its addition counts
    /// as two. Counts the matrix products: all weights, the logits, and attention's two products of every position with every other.
    /// </summary>
    public double ForwardFlopsPerToken
    {
        get
        {
            double width = Width;
            var weights = Layers * ((4 * width * width) + (2 * width * FeedForwardSize)) + (VocabularySize * width);
            var attention = Layers * 2 * width * BlockSize;
            return 2 * (weights + attention);
        }
    }

    /// <summary>
    /// Floating-point operations of one training step, per token: the forward pass, and twice as many for the backward pass, which
    /// needs the gradients of both factors of each product (Kaplan et al. 2020, section 2.1).
    /// </summary>
    public double TrainingFlopsPerToken => 3 * ForwardFlopsPerToken;

    /// <summary>The configuration in words.</summary>
    public override string ToString() => Invariant(
        $"{(Causal ? "Causal" : "Bidirectional")} Transformer: {Layers} layers × {Heads} heads, width {Width}, feed-forward {FeedForwardSize} ({Activation}), ")
        + Invariant($"context {BlockSize} ({Positions} positions), vocabulary {VocabularySize}{(TieWeights ? ", tied" : "")}, ")
        + Invariant($"{(Bias ? "with" : "no")} bias, dropout {Dropout}: {ParameterCount:N0} parameters, ")
        + Invariant($"{TrainingFlopsPerToken / 1e6:N1} MFLOP per training token");

    /// <summary>How many numbers a file of the weights holds: the parameters, and the table of fixed waves.</summary>
    internal long StoredNumbers =>
        ParameterCount + (Positions == PositionKind.Sinusoidal ? (long)BlockSize * Width : 0);

    private long LargestParameter =>
        Math.Max(Math.Max((long)VocabularySize, BlockSize), Math.Max(3L * Width, FeedForwardSize)) * Width;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
