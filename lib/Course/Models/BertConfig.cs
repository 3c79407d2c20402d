using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="Bert"/>. Immutable.</summary>
public sealed record BertConfig
{
    /// <summary>How many different tokens there are, the mask token among them.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The longest text the model reads at once, in tokens.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Transformer blocks, one after the other.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads in a block; divides <see cref="Width"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Numbers inside the feed-forward layer; 0 stands for four times the width.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>Kinds of segments a token may belong to: first and second sentence.</summary>
    public int Segments { get; init; } = 2;

    /// <summary>Classes that <see cref="Bert.Classify"/> tells apart; 0 for a model without that head.</summary>
    public int Classes { get; init; }

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Where blocks normalise. BERT does it after each addition.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Post;

    /// <summary>Added under the root of the norms.</summary>
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>How attention is computed; does not change the numbers.</summary>
    public AttentionKernel Attention { get; init; } = AttentionKernel.Fused;

    /// <summary>The standard deviation of fresh weights; 0 stands for 0.7/√width. BERT used 0.02.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>The standard deviation of fresh weights, with 0 resolved.</summary>
    public double WeightDeviation => InitialDeviation == 0 ? 0.7 / Math.Sqrt(Width) : InitialDeviation;

    /// <summary>The shape of BERT base, uncased (Devlin et al. 2019): 110 million parameters.</summary>
    public static BertConfig Base => new()
    {
        VocabularySize = 30522,
        BlockSize = 512,
        Layers = 12,
        Heads = 12,
        Width = 768,
        Dropout = 0.1,
        InitialDeviation = 0.02,
    };

    /// <summary>What the stack of blocks looks like.</summary>
    public TransformerConfig Stack => new()
    {
        Width = Width,
        Heads = Heads,
        Layers = Layers,
        BlockSize = BlockSize,
        Positions = PositionKind.Learned,
        FeedForwardWidth = FeedForwardWidth,
        NormPlacement = NormPlacement,
        NormEpsilon = NormEpsilon,
        Dropout = Dropout,
        Attention = Attention,
    };

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList(Stack.Problems());
        problems.Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        problems.Check(Segments >= 1, $"There are {Segments} kinds of segments, but a token belongs to one.");
        problems.Check(Classes >= 0, $"There are {Classes} classes; use 0 for a model that does not classify.");
        problems.Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            $"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number.");
        problems.CheckSize(Math.Max(Math.Max(VocabularySize, Segments), Classes), Width);
        return problems.Sentences;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public BertConfig Validated()
    {
        ProblemList.Refuse("a BERT", Problems());
        return this;
    }

    /// <summary>How many numbers training adjusts. The table of tokens, used at both ends, counts once.</summary>
    public long ParameterCount
    {
        get
        {
            long width = Width;
            var dense = (width + 1) * width;
            var tables = ((long)VocabularySize + BlockSize + Segments) * width;
            var maskedHead = dense + (2 * width) + VocabularySize;
            var classHead = Classes == 0 ? 0 : dense + ((width + 1) * Classes);
            return checked(tables + (2 * width) + Stack.ParameterCount + maskedHead + classHead);
        }
    }

    /// <summary>
    /// Floating-point operations of one forward pass through a full context to the logits of masked tokens, per token, in the matrix
    /// products; a multiplication with its addition counts as two.
    /// </summary>
    public double ForwardFlopsPerToken =>
        (Stack.ForwardFlops(BlockSize) / BlockSize) + (2.0 * Width * (VocabularySize + Width));

    /// <summary>Floating-point operations of one training step per token: three times the forward pass.</summary>
    public double TrainingFlopsPerToken => 3 * ForwardFlopsPerToken;

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"BERT: {Stack}, context {BlockSize}, vocabulary {VocabularySize}, {Segments} segments{(Classes > 0 ? $", {Classes} classes" : "")}: "
        + $"{ParameterCount:N0} parameters, {TrainingFlopsPerToken / 1e6:N1} MFLOP per training token");
}
