using System.Runtime.CompilerServices;

namespace Course.Layers;

/// <summary>Checks sizes inside constructor calls, where no statement can stand.</summary>
internal static class Size
{
    public static long Positive(long value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
