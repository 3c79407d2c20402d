using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of a <see cref="ConvNet"/>. Immutable.</summary>
/// <param name="Height">Rows of a picture.</param>
/// <param name="Width">Columns of a picture.</param>
/// <param name="Classes">Classes to tell apart.</param>
public sealed record ConvNetConfig(int Height, int Width, int Classes)
{
    /// <summary>Numbers in a pixel: 1 for grey, 3 for colour.</summary>
    public int InputChannels { get; init; } = 1;

    /// <summary>Channels of each convolution; after each the picture's sides are halved.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [16, 32];

    /// <summary>The side of the windows; odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>The bend after each convolution.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The share of numbers set to zero before the last layer, while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList();
        IReadOnlyList<int> channels = Channels ?? []; // a file may say null
        problems.Check(Height >= 1 && Width >= 1, $"A picture of {Height} × {Width} pixels shows nothing.");
        problems.Check(InputChannels >= 1, $"A pixel has {InputChannels} numbers, but needs at least one.");
        problems.Check(Classes >= 1, $"There are {Classes} classes, but a network answers with at least one.");
        problems.Check(
            channels.Count > 0 && channels.All(count => count >= 1),
            $"The channels are [{string.Join(", ", channels)}]; there is at least one convolution, each with at least one channel.");
        problems.Check(Kernel >= 1 && Kernel % 2 == 1, $"The windows have a side of {Kernel}; take an odd number, so that they have a middle.");
        problems.Check(Enum.IsDefined(Activation), $"There is no activation number {(int)Activation}.");
        problems.Check(Dropout is >= 0 and < 1, $"The dropout is {Dropout}, but it is a share in [0, 1).");
        if (problems.Sentences.Count == 0)
        {
            problems.Check(
                channels.Count < 31 && Math.Min(Height, Width) >> channels.Count >= 1,
                $"Halved {channels.Count} times, a picture of {Height} × {Width} pixels has none left; use fewer convolutions.");
        }

        foreach (var (inputs, outputs) in problems.Sentences.Count == 0 ? Stages : [])
        {
            problems.CheckSize((long)inputs * outputs, (long)Kernel * Kernel);
        }

        if (problems.Sentences.Count == 0)
        {
            problems.CheckSize(FeatureCount, Classes);
        }

        return problems.Sentences;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public ConvNetConfig Validated()
    {
        ProblemList.Refuse("a convolutional network", Problems());
        return this;
    }

    /// <summary>Numbers that are left of a picture after the last convolution.</summary>
    public long FeatureCount => (long)Channels[^1] * (Height >> Channels.Count) * (Width >> Channels.Count);

    /// <summary>How many numbers training adjusts.</summary>
    public long ParameterCount =>
        Stages.Sum(stage => ((long)stage.Inputs * Kernel * Kernel * stage.Outputs) + stage.Outputs) + ((FeatureCount + 1) * Classes);

    /// <summary>Floating-point operations of one forward pass of one picture; a multiplication with its addition counts as two.</summary>
    public double ForwardFlops =>
        2 * (Stages.Index().Sum(stage =>
            (double)(Height >> stage.Index) * (Width >> stage.Index) * stage.Item.Inputs * stage.Item.Outputs * Kernel * Kernel)
            + ((double)FeatureCount * Classes));

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Convolutional network: {Height} × {Width} × {InputChannels} → {string.Join(" → ", Channels)} channels ({Kernel} × {Kernel}, {Activation}, "
        + $"halved after each) → {Classes}, dropout {Dropout}: {ParameterCount:N0} parameters, {ForwardFlops / 1e6:N2} MFLOP per picture");

    // Channels into and out of each convolution.
    private IEnumerable<(int Inputs, int Outputs)> Stages => Channels.Prepend(InputChannels).Zip(Channels);
}
