using TorchSharp;

namespace Course.Layers;

/// <summary>
/// While training, sets a random share of the numbers to zero and enlarges the rest to keep the mean, so that no unit can rely on
/// a single other one (Srivastava et al. 2014). Does nothing otherwise.
/// </summary>
public static class Dropout
{
    /// <summary>Applies dropout.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="rate">The share set to zero, in [0, 1).</param>
    /// <param name="training">Whether the model is training.</param>
    /// <returns>The same shape; the input itself when nothing is to be done.</returns>
    public static torch.Tensor Apply(torch.Tensor input, double rate, bool training) =>
        training && rate > 0 ? torch.nn.functional.dropout(input, rate) : input;

    internal static void CheckRate(double rate)
    {
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate lies in [0, 1): 0 for none, 0.1 is usual.");
        }
    }
}
