using TorchSharp;

namespace Course.Models;

/// <summary>Checks what models read.</summary>
internal static class TokenShape
{
    /// <summary>Refuses tokens of another type or shape than (batch, time), or too many of them.</summary>
    public static void Check(torch.Tensor input, int blockSize, long start = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 2 || input.dtype != torch.ScalarType.Int64)
        {
            throw new ArgumentException(
                $"Tokens must be int64 with the shape (batch, time); they are {input.dtype} with the shape "
                + $"({string.Join(", ", input.shape)}).", nameof(input));
        }

        if (start + input.shape[1] > blockSize)
        {
            throw new ArgumentException(
                $"The text has {start + input.shape[1]} tokens, but the model reads at most {blockSize} at once.", nameof(input));
        }
    }
}
