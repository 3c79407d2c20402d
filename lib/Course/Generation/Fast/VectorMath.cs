using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Course.Layers;

namespace Course.Generation.Fast;

/// <summary>
/// The parts of a Transformer that are no matrix product, on plain numbers. Every span may be longer than what counts; it is worked
/// on in steps of sixteen, so its length is a multiple of <see cref="PackedMatrix.PanelRows"/> and what lies behind is padding.
/// </summary>
internal static class VectorMath
{
    private const int Step = PackedMatrix.PanelRows;

    /// <summary>y = x / √(mean(x²) + ε) · gain (Zhang and Sennrich 2019, equation 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, Span<float> y, int count)
    {
        Vector512<float> squares = default;
        for (var i = 0; i < x.Length; i += Step)
        {
            var part = Load(x, i); // the padding is 0 and adds nothing
            squares = Vector512.FusedMultiplyAdd(part, part, squares);
        }

        var scale = Vector512.Create(1 / MathF.Sqrt((Vector512.Sum(squares) / count) + epsilon));
        for (var i = 0; i < x.Length; i += Step)
        {
            Store(Load(x, i) * scale * Load(gain, i), y, i);
        }
    }

    /// <summary>y = (x − mean) / √(variance + ε) · gain + shift (Ba, Kiros and Hinton 2016, equation 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> y, int count)
    {
        Vector512<float> sums = default;
        for (var i = 0; i < x.Length; i += Step)
        {
            sums += Load(x, i);
        }

        var mean = Vector512.Sum(sums) / count;
        Vector512<float> squares = default;
        for (var i = 0; i < x.Length; i += Step)
        {
            var centred = Load(x, i) - Vector512.Create(mean);
            squares = Vector512.FusedMultiplyAdd(centred, centred, squares);
        }

        // In the padding x is 0, so each of its numbers has added mean².
        var variance = (Vector512.Sum(squares) - ((x.Length - count) * mean * mean)) / count;
        var scale = Vector512.Create(1 / MathF.Sqrt(MathF.Max(variance, 0) + epsilon));
        for (var i = 0; i < x.Length; i += Step)
        {
            var normal = (Load(x, i) - Vector512.Create(mean)) * scale;
            // Gain and shift are 0 in the padding, so it stays 0.
            Store(Vector512.FusedMultiplyAdd(normal, Load(gain, i), shift.IsEmpty ? default : Load(shift, i)), y, i);
        }
    }

    /// <summary>target += addend.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Span<float> target, ReadOnlySpan<float> addend)
    {
        for (var i = 0; i < target.Length; i += Step)
        {
            Store(Load(target, i) + Load(addend, i), target, i);
        }
    }

    /// <summary>Turns the first numbers into probabilities, and those behind them into 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(Span<float> scores, int count)
    {
        scores[count..].Fill(float.NegativeInfinity);
        var largest = Load(scores, 0);
        for (var i = Step; i < scores.Length; i += Step)
        {
            largest = Vector512.Max(largest, Load(scores, i));
        }

        var top = float.NegativeInfinity;
        for (var lane = 0; lane < Step; lane++)
        {
            top = MathF.Max(top, largest[lane]);
        }

        Vector512<float> sums = default;
        for (var i = 0; i < scores.Length; i += Step)
        {
            var part = Vector512.Exp(Load(scores, i) - Vector512.Create(top));
            sums += part;
            Store(part, scores, i);
        }

        var scale = Vector512.Create(1 / Vector512.Sum(sums));
        for (var i = 0; i < scores.Length; i += Step)
        {
            Store(Load(scores, i) * scale, scores, i);
        }
    }

    /// <summary>Bends every number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(Span<float> x, Activation activation)
    {
        for (var i = 0; i < x.Length; i += Step)
        {
            Store(Bend(Load(x, i), activation), x, i);
        }
    }

    /// <summary>target = f(target) · factor: the gate of a gated feed-forward layer (Shazeer 2020).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(Span<float> target, ReadOnlySpan<float> factor, Activation activation)
    {
        for (var i = 0; i < target.Length; i += Step)
        {
            Store(Bend(Load(target, i), activation) * Load(factor, i), target, i);
        }
    }

    /// <summary>target = Σ weight[t] · rows[t]: what attention takes out of the values.</summary>
    /// <param name="weights">One per row; only the first <paramref name="count"/> are used.</param>
    /// <param name="rows">Rows of the target's length, one after the other.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="target">The sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightedSum(ReadOnlySpan<float> weights, ReadOnlySpan<float> rows, int count, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Length, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, count * target.Length);
        ref var row = ref MemoryMarshal.GetReference(rows);
        var width = (nuint)target.Length;
        for (var i = 0; i < target.Length; i += Step)
        {
            // Four sums, because each addition takes four times as long as it takes to begin one.
            Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            var at = (nuint)i;
            var t = 0;
            for (; t + 4 <= count; t += 4, at += 4 * width)
            {
                sum0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, at), Vector512.Create(weights[t]), sum0);
                sum1 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, at + width), Vector512.Create(weights[t + 1]), sum1);
                sum2 = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref row, at + (2 * width)), Vector512.Create(weights[t + 2]), sum2);
                sum3 = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref row, at + (3 * width)), Vector512.Create(weights[t + 3]), sum3);
            }

            for (; t < count; t++, at += width)
            {
                sum0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, at), Vector512.Create(weights[t]), sum0);
            }

            Store(sum0 + sum1 + (sum2 + sum3), target, i);
        }
    }

    private static Vector512<float> Bend(Vector512<float> x, Activation activation) => activation switch
    {
        Activation.Relu => Vector512.Max(x, default),
        Activation.Silu => x * Sigmoid(x),
        Activation.Tanh => Tanh(x),
        Activation.Gelu => x * 0.5f * (Vector512<float>.One + Erf(x * (1 / MathF.Sqrt(2)))),
        Activation.GeluTanh => x * 0.5f * (Vector512<float>.One + Tanh(MathF.Sqrt(2 / MathF.PI) * (x + (0.044715f * x * x * x)))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "The fast decoder does not know this activation."),
    };

    // e^−x becomes infinite for x below −88, and 1/∞ is the 0 it should be.
    private static Vector512<float> Sigmoid(Vector512<float> x) =>
        Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));

    private static Vector512<float> Tanh(Vector512<float> x) => (2 * Sigmoid(2 * x)) - Vector512<float>.One;

    // Abramowitz and Stegun 1964, formula 7.1.26: off by at most 1.5e-7.
    private static Vector512<float> Erf(Vector512<float> x)
    {
        var size = Vector512.Abs(x);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(size, Vector512.Create(0.3275911f), Vector512<float>.One);
        var sum = Vector512.Create(1.061405429f);
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-1.453152027f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(1.421413741f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-0.284496736f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.254829592f));
        return Vector512.CopySign(Vector512<float>.One - (sum * t * Vector512.Exp(-size * size)), x);
    }

    private static Vector512<float> Load(ReadOnlySpan<float> numbers, int at) =>
        Vector512.Create(numbers.Slice(at, Step));

    private static void Store(Vector512<float> value, Span<float> numbers, int at) =>
        value.CopyTo(numbers.Slice(at, Step));
}
