using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>
/// A convolution: one small window of weights is laid on every place of a picture, and each place gets the weighted sum of what lies
/// under the window (LeCun et al. 1998). What is learned in one corner is known in all. Zeros around the edge keep the size.
/// </summary>
public sealed class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int kernel;

    /// <summary>Makes the layer, with He's initialisation.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">The window's side: odd, so that it has a middle.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentException">The window has an even side.</exception>
    public Convolution(int inputs, int outputs, int kernel, Initialization init)
        : base(nameof(Convolution))
    {
        Size.Positive(kernel);
        if (kernel % 2 == 0)
        {
            throw new ArgumentException($"A window of side {kernel} has no middle; take an odd one.", nameof(kernel));
        }

        this.kernel = kernel;
        var sum = Size.Positive(inputs) * kernel * kernel; // how many numbers each output adds up
        weight = init.Normal(Math.Sqrt(2.0 / sum), [Size.Positive(outputs), inputs, kernel, kernel]);
        bias = init.Zeros(outputs);
        RegisterComponents();
    }

    /// <summary>The windows: (outputs, inputs, kernel, kernel).</summary>
    public Parameter Weight => weight;

    /// <summary>(outputs).</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    /// <param name="input">(batch, inputs, height, width).</param>
    /// <returns>(batch, outputs, height, width).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        // One product with all windows at once (Chellapilla et al. 2006). Not conv2d: on some processors (seen on an AMD Zen 5 with
        // LibTorch 2.10) its gradient for the picture is wrong in float32 where the outputs do not fill the processor's vectors.
        using var scope = torch.NewDisposeScope();
        var (height, width, edge) = (input.shape[2], input.shape[3], kernel / 2);
        var windows = torch.nn.functional.unfold(input, (kernel, kernel), padding: (edge, edge)); // (batch, inputs·kernel², height·width)
        var output = weight.flatten(1).matmul(windows) + bias.view(-1, 1);                         // (batch, outputs, height·width)
        return output.view(-1, weight.shape[0], height, width).MoveToOuterDisposeScope();
    }

    /// <summary>The same in small steps, for reading and for checking: one shifted copy of the picture per place of the window.</summary>
    /// <param name="input">(batch, inputs, height, width).</param>
    /// <returns>(batch, outputs, height, width).</returns>
    public torch.Tensor WrittenOut(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var (height, width, edge) = (input.shape[2], input.shape[3], kernel / 2);
        var padded = torch.nn.functional.pad(input, [edge, edge, edge, edge]);
        var output = bias.view(-1, 1, 1); // (outputs, 1, 1)
        for (var y = 0; y < kernel; y++)
        {
            for (var x = 0; x < kernel; x++)
            {
                var shifted = padded.narrow(2, y, height).narrow(3, x, width);                     // (batch, inputs, height, width)
                var share = weight.select(3, x).select(2, y).matmul(shifted.flatten(2));           // (batch, outputs, height·width)
                output = output + share.view(-1, weight.shape[0], height, width);
            }
        }

        return output.MoveToOuterDisposeScope();
    }
}
