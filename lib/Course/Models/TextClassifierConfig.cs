using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="TextClassifier"/>. Immutable.</summary>
public sealed record TextClassifierConfig
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Classes to tell apart.</summary>
    public required int Classes { get; init; }

    /// <summary>The token that fills up short texts and that nobody looks at; −1 when texts are never filled up.</summary>
    public int PaddingToken { get; init; } = -1;

    /// <summary>The longest text, in tokens.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Transformer blocks, one after the other.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads in a block; divides <see cref="Width"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 64;

    /// <summary>How the model learns the order of its tokens; with <see cref="PositionKind.None"/> it judges a bag of words.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>The standard deviation of fresh weights; 0 stands for 0.7/√width.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>The standard deviation of fresh weights, with 0 resolved.</summary>
    public double WeightDeviation => InitialDeviation == 0 ? 0.7 / Math.Sqrt(Width) : InitialDeviation;

    /// <summary>What the stack of blocks looks like.</summary>
    public TransformerConfig Stack => new()
    {
        Width = Width,
        Heads = Heads,
        Layers = Layers,
        BlockSize = BlockSize,
        Positions = Positions,
        Dropout = Dropout,
    };

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList(Stack.Problems());
        problems.Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        problems.Check(Classes >= 1, $"There are {Classes} classes, but a classifier answers with at least one.");
        problems.Check(
            PaddingToken >= -1 && (PaddingToken < VocabularySize || VocabularySize < 1),
            $"The padding token {PaddingToken} is not in the vocabulary; use −1 for none.");
        problems.Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            $"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number.");
        problems.CheckSize(Math.Max(VocabularySize, Classes), Width);
        return problems.Sentences;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public TextClassifierConfig Validated()
    {
        ProblemList.Refuse("a text classifier", Problems());
        return this;
    }

    /// <summary>How many numbers training adjusts.</summary>
    public long ParameterCount => checked(
        (((long)VocabularySize + (Positions == PositionKind.Learned ? BlockSize : 0)) * Width) + Stack.ParameterCount
        + (((long)Width + 1) * Classes));

    /// <summary>Floating-point operations of one forward pass of a text; a multiplication with its addition counts as two.</summary>
    /// <param name="time">Tokens in the text.</param>
    public double ForwardFlops(long time) => Stack.ForwardFlops(time) + (2.0 * Width * Classes);

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Text classifier: {Stack}, context {BlockSize} ({Positions} positions), vocabulary {VocabularySize}, {Classes} classes: "
        + $"{ParameterCount:N0} parameters, {ForwardFlops(BlockSize) / 1e6:N1} MFLOP per text of full length");

    /// <summary>How many numbers a file of the weights holds: the parameters, and the table of fixed waves.</summary>
    internal long StoredNumbers => ParameterCount + (Positions == PositionKind.Sinusoidal ? (long)BlockSize * Width : 0);
}
