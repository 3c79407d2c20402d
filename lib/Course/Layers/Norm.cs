using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>How vectors are brought to one size.</summary>
public enum NormKind
{
    /// <summary>Mean 0 and variance 1: <see cref="Layers.LayerNorm"/> (GPT-2, BERT).</summary>
    LayerNorm,

    /// <summary>Mean square 1, the mean stays: <see cref="Layers.RmsNorm"/> (Llama).</summary>
    RmsNorm,
}

/// <summary>Where a block normalises.</summary>
public enum NormPlacement
{
    /// <summary>
    /// Before each part: x + part(norm(x)). The stream of vectors itself is never touched, so gradients reach the first block
    /// unchanged (Xiong et al. 2020); a last norm follows the stack.
    /// </summary>
    Pre,

    /// <summary>After each addition: norm(x + part(x)), as in the first Transformers (Vaswani et al. 2017) and BERT.</summary>
    Post,
}

/// <summary>A layer that brings each vector to one size and lets training choose a gain.</summary>
public abstract class Norm : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private protected Norm(string name)
        : base(name)
    {
    }

    /// <summary>The gain: (width).</summary>
    public abstract Parameter Weight { get; }

    /// <summary>The shift: (width), if there is one.</summary>
    public abstract Parameter? Bias { get; }

    /// <summary>Makes a norm of a kind.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="bias">Whether a <see cref="Layers.LayerNorm"/> learns a shift; an <see cref="RmsNorm"/> has none.</param>
    /// <param name="epsilon">Added under the root, so that nothing is divided by zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown, the width below 1 or epsilon not positive.</exception>
    public static Norm Create(NormKind kind, long width, Initialization init, bool bias = true, double epsilon = 1e-5) => kind switch
    {
        NormKind.LayerNorm => new LayerNorm(width, init, bias, epsilon),
        NormKind.RmsNorm => new RmsNorm(width, init, epsilon),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of norm."),
    };

    private protected static double CheckEpsilon(double epsilon) => epsilon > 0 && double.IsFinite(epsilon)
        ? epsilon
        : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is a small positive number; 1e-5 is usual.");
}
