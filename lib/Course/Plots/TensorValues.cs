using static TorchSharp.torch;

namespace Course.Plots;

/// <summary>
/// Copies of tensors' values for pictures: from any device and any number type, without touching the tensor or its gradient.
/// </summary>
internal static class TensorValues
{
    private const long MostValues = 16_000_000;

    /// <summary>The values of a tensor of shape (n).</summary>
    public static double[] Vector(Tensor tensor, string what) => Values(tensor, 1, what);

    /// <summary>The values of a tensor of shape (rows, columns).</summary>
    public static double[,] Matrix(Tensor tensor, string what) =>
        Block(Values(tensor, 2, what), 0, (int)tensor.shape[0], (int)tensor.shape[1]);

    /// <summary>The matrices of a tensor of shape (count, rows, columns).</summary>
    public static IReadOnlyList<double[,]> Matrices(Tensor tensor, string what)
    {
        var values = Values(tensor, 3, what);
        var (count, rows, columns) = ((int)tensor.shape[0], (int)tensor.shape[1], (int)tensor.shape[2]);
        return [.. Enumerable.Range(0, count).Select(i => Block(values, i * rows * columns, rows, columns))];
    }

    /// <summary>All values of a tensor of any shape, the last dimension running fastest.</summary>
    public static double[] All(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static double[,] Block(double[] values, int start, int rows, int columns)
    {
        var block = new double[rows, columns];
        Buffer.BlockCopy(values, start * sizeof(double), block, 0, rows * columns * sizeof(double));
        return block;
    }

    private static double[] Values(Tensor tensor, int dimensions, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor, what);
        if (tensor.dim() != dimensions)
        {
            throw new ArgumentException(
                $"'{what}': the tensor has shape ({string.Join(", ", tensor.shape)}); "
                + $"{dimensions} dimension{(dimensions == 1 ? " is" : "s are")} needed. "
                + "Take one element of the batch with tensor[0], or drop dimensions of size 1 with squeeze().");
        }

        if (tensor.numel() > MostValues)
        {
            throw new ArgumentException($"'{what}': {tensor.numel()} values are too many for a picture. Draw a part of the tensor.");
        }

        return All(tensor);
    }
}
