using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="RecurrentLanguageModel"/>. Immutable.</summary>
public sealed record RecurrentConfig
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The kind of the layers.</summary>
    public RecurrentKind Kind { get; init; } = RecurrentKind.Lstm;

    /// <summary>
    /// The longest row read at once, in tokens: as far as gradients reach back (truncated backpropagation through time). The state
    /// itself knows no such limit.
    /// </summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Recurrent layers, one above the other.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Numbers in a token's vector and in a layer's state.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The share of numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the table that turns tokens into vectors also turns vectors into logits (Press and Wolf 2017).</summary>
    public bool TieWeights { get; init; } = true;

    /// <summary>The standard deviation of fresh token vectors; 0 stands for 0.7/√width.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>The standard deviation of fresh token vectors, with 0 resolved.</summary>
    public double WeightDeviation => InitialDeviation == 0 ? 0.7 / Math.Sqrt(Width) : InitialDeviation;

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList();
        problems.Check(VocabularySize >= 1, $"The vocabulary size is {VocabularySize}, but a model needs at least one token.");
        problems.Check(Enum.IsDefined(Kind), $"There is no kind of recurrent layers number {(int)Kind}.");
        problems.Check(BlockSize >= 1, $"The block size is {BlockSize}, but a model must read at least one token.");
        problems.Check(Layers >= 1, $"There are {Layers} layers, but a recurrent network has at least one.");
        problems.Check(Width >= 1, $"The width is {Width}, but a vector has at least one number.");
        problems.Check(Dropout is >= 0 and < 1, $"The dropout is {Dropout}, but it is a share in [0, 1).");
        problems.Check(
            InitialDeviation >= 0 && double.IsFinite(InitialDeviation),
            $"The initial deviation is {InitialDeviation}; use 0 for one that suits the width, or a positive number.");
        problems.CheckSize(Math.Max((long)VocabularySize, 4L * Width), Width);
        return problems.Sentences;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public RecurrentConfig Validated()
    {
        ProblemList.Refuse("a recurrent language model", Problems());
        return this;
    }

    /// <summary>How many numbers training adjusts. A tied table counts once.</summary>
    public long ParameterCount =>
        ((long)VocabularySize * Width * (TieWeights ? 1 : 2)) + (Layers * Gates * 2L * Width * (Width + 1));

    /// <summary>
    /// Floating-point operations of one forward pass per token, in the matrix products; a multiplication with its addition counts as two.
    /// </summary>
    public double ForwardFlopsPerToken => 2 * ((Layers * Gates * 2.0 * Width * Width) + ((double)VocabularySize * Width));

    /// <summary>Floating-point operations of one training step per token: three times the forward pass.</summary>
    public double TrainingFlopsPerToken => 3 * ForwardFlopsPerToken;

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind.ToString().ToUpperInvariant()}: {Layers} layers, width {Width}, context {BlockSize}, vocabulary {VocabularySize}"
        + $"{(TieWeights ? ", tied" : "")}, dropout {Dropout}: {ParameterCount:N0} parameters, "
        + $"{TrainingFlopsPerToken / 1e6:N1} MFLOP per training token");

    private long Gates => Kind switch
    {
        RecurrentKind.Lstm => 4,
        RecurrentKind.Gru => 3,
        _ => 1,
    };
}
