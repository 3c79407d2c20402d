using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Matrix products with 16-bit numbers and everything delicate with 32 (Micikevicius et al. 2018). A bfloat16 has the range of a
/// float32 but only 8 significant bits, and a processor that knows it multiplies twice as many at a time.
/// </summary>
/// <remarks>
/// The parameters stay float32: an update is often a thousandth of a weight, too little for 8 bits to notice. Each product rounds its
/// weight and input on the way in; the gradient comes back through the rounding as float32 and adds up in full. What follows a product
/// (a GELU, attention) stays short until it meets a float32: the residual stream, norms, softmax and loss are float32.
/// </remarks>
public static class MixedPrecision
{
    [ThreadStatic]
    private static bool isOn;

    /// <summary>Whether this thread's linear layers multiply bfloat16 numbers.</summary>
    public static bool IsOn => isOn;

    /// <summary>Lets the linear layers that this thread runs multiply bfloat16 numbers, until the result is disposed.</summary>
    public static IDisposable BFloat16() => new Scope();

    /// <summary>y = x Wᵀ + b, in the precision that is switched on.</summary>
    /// <param name="input">(…, inputs).</param>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or <see langword="null"/>.</param>
    /// <returns>(…, outputs); bfloat16 when switched on.</returns>
    public static torch.Tensor Linear(torch.Tensor input, torch.Tensor weight, torch.Tensor? bias = null)
    {
        if (!isOn)
        {
            return torch.nn.functional.linear(input, weight, bias);
        }

        using var scope = torch.NewDisposeScope();
        return torch.nn.functional.linear(
            input.to(torch.bfloat16), weight.to(torch.bfloat16), bias?.to(torch.bfloat16)).MoveToOuterDisposeScope();
    }

    private sealed class Scope : IDisposable
    {
        private readonly bool before = isOn;

        public Scope() => isOn = true;

        public void Dispose() => isOn = before;
    }
}
