using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of an <see cref="Mlp"/>. Immutable.</summary>
/// <param name="Sizes">Numbers in each layer, from the input to the output: <c>[64, 128, 10]</c> has one hidden layer of 128.</param>
public sealed record MlpConfig(params IReadOnlyList<int> Sizes)
{
    /// <summary>The bend after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The share of hidden numbers set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Sizes is null || Sizes.Count < 2)
        {
            problems.Add("A network needs at least the sizes of its input and its output.");
        }
        else if (Sizes.Any(size => size < 1))
        {
            problems.Add($"Every layer needs at least one number; the sizes are {string.Join(", ", Sizes)}.");
        }
        else if (Sizes.Zip(Sizes.Skip(1), (a, b) => (long)a * b).Any(weights => weights > int.MaxValue))
        {
            problems.Add($"A layer would have more than {int.MaxValue} weights; the sizes are {string.Join(", ", Sizes)}.");
        }

        if (!(Dropout is >= 0 and < 1))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The dropout is {Dropout}, but it is a share in [0, 1)."));
        }

        if (!Enum.IsDefined(Activation))
        {
            problems.Add($"There is no activation number {(int)Activation}.");
        }

        return problems;
    }

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public MlpConfig Validated() => Problems() is { Count: > 0 } problems
        ? throw new ArgumentException($"This configuration of a network cannot work. {string.Join(' ', problems)}")
        : this;

    /// <summary>How many numbers training adjusts: weights and biases.</summary>
    public long ParameterCount => Sizes.Zip(Sizes.Skip(1), (inputs, outputs) => ((long)inputs + 1) * outputs).Sum();

    /// <summary>Floating-point operations of one row's way through the network; a multiplication with its addition counts as two.</summary>
    public double ForwardFlops => 2.0 * Sizes.Zip(Sizes.Skip(1), (inputs, outputs) => (double)inputs * outputs).Sum();

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Network {string.Join(" → ", Sizes)} ({Activation}, dropout {Dropout}): {ParameterCount:N0} parameters");
}
