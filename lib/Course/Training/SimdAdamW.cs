using System.Numerics;
using System.Runtime.InteropServices;
using Course.Runtime;
using TorchSharp;

namespace Course.Training;

/// <summary>
/// <see cref="AdamW"/> for the CPU: one pass over the row of parameters that reads and writes each number once, eight or more at a
/// time. An update costs what moving its 28 bytes per parameter through memory costs, several times less than the same as a chain
/// of tensor operations.
/// </summary>
/// <remarks>The result does not depend on the number of threads: work is cut into pieces of fixed size.</remarks>
public sealed unsafe class SimdAdamW : AdamW
{
    private const int PieceLength = 1 << 16;

    // Below this many numbers a second thread costs more than it saves.
    private const long ParallelFrom = 1 << 22;

    private readonly nint values;
    private readonly nint gradients;
    private readonly nint first;
    private readonly nint second;
    private readonly double[] pieceSums;

    /// <summary>Starts with no memory of gradients.</summary>
    /// <param name="model">The model, on the CPU; the optimizer takes over the memory of its parameters.</param>
    /// <param name="options">Shape.</param>
    /// <exception cref="ArgumentException">The model is not on the CPU.</exception>
    public SimdAdamW(torch.nn.Module model, AdamWOptions options)
        : base(model, options)
    {
        if (Parameters.Device.type != DeviceType.CPU)
        {
            var device = Parameters.Device;
            Dispose();
            throw new ArgumentException($"The model is on {device}; this optimizer reads memory of the CPU only.", nameof(model));
        }

        // Native memory does not move, so its address stays good as long as the tensor lives.
        values = Address(Parameters.Values);
        gradients = Address(Parameters.Gradients);
        first = Address(FirstMoment);
        second = Address(SecondMoment);
        pieceSums = new double[((Parameters.Count - 1) / PieceLength) + 1];
    }

    private protected override double ComputeNorm()
    {
        ForEachPiece((piece, start, length) =>
            pieceSums[piece] = SumOfSquares(new ReadOnlySpan<float>((float*)gradients + start, length)));
        // Added up in order, whichever thread was first.
        return Math.Sqrt(pieceSums.Sum());
    }

    private protected override void Apply(Coefficients c) => ForEachPiece((_, start, length) =>
    {
        var decayed = (int)Math.Clamp(Parameters.DecayedCount - start, 0, length);
        Update(start, decayed, c, (float)c.Keep);
        Update(start + decayed, length - decayed, c, 1);
    });

    /// <summary>Σ x², in double precision: a million small squares added in single precision would lose digits.</summary>
    private static double SumOfSquares(ReadOnlySpan<float> numbers)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        var sum = Vector<double>.Zero;
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var low, out var high);
            sum += (low * low) + (high * high);
        }

        var total = Vector.Sum(sum);
        foreach (var number in numbers[(vectors.Length * Vector<float>.Count)..])
        {
            total += (double)number * number;
        }

        return total;
    }

    private void Update(long start, int length, Coefficients c, float keep)
    {
        var p = new Span<float>((float*)values + start, length);
        var g = new Span<float>((float*)gradients + start, length);
        var m = new Span<float>((float*)first + start, length);
        var v = new Span<float>((float*)second + start, length);
        float beta1 = (float)c.Beta1, rest1 = (float)(1 - c.Beta1), beta2 = (float)c.Beta2, rest2 = (float)(1 - c.Beta2);
        float scale = (float)c.GradientScale, step = (float)c.StepSize, rootScale = (float)c.RootScale, epsilon = (float)c.Epsilon;

        // The same four lines twice: for a vector of numbers at a time, and for the few that are left over.
        var ps = AsVectors(p);
        var gs = AsVectors(g);
        var ms = AsVectors(m);
        var vs = AsVectors(v);
        var epsilons = new Vector<float>(epsilon);
        for (var i = 0; i < ps.Length; i++)
        {
            var gradient = gs[i] * scale;
            ms[i] = (ms[i] * beta1) + (gradient * rest1);
            vs[i] = (vs[i] * beta2) + (gradient * gradient * rest2);
            ps[i] = (ps[i] * keep) - (ms[i] * step / ((Vector.SquareRoot(vs[i]) * rootScale) + epsilons));
            gs[i] = Vector<float>.Zero;
        }

        for (var i = ps.Length * Vector<float>.Count; i < length; i++)
        {
            var gradient = g[i] * scale;
            m[i] = (m[i] * beta1) + (gradient * rest1);
            v[i] = (v[i] * beta2) + (gradient * gradient * rest2);
            p[i] = (p[i] * keep) - (m[i] * step / ((MathF.Sqrt(v[i]) * rootScale) + epsilon));
            g[i] = 0;
        }
    }

    private void ForEachPiece(Action<int, long, int> work)
    {
        if (Parameters.Count < ParallelFrom || TorchRuntime.Threads == 1)
        {
            for (var piece = 0; piece < pieceSums.Length; piece++)
            {
                Piece(piece);
            }
        }
        else
        {
            // An update that stopped halfway would leave some weights a step ahead of the others.
            var options = new ParallelOptions { MaxDegreeOfParallelism = TorchRuntime.Threads };
            Interruption.HoldBack(() => Parallel.For(0, pieceSums.Length, options, Piece));
        }

        void Piece(int piece)
        {
            var start = (long)piece * PieceLength;
            work(piece, start, (int)Math.Min(PieceLength, Parameters.Count - start));
        }
    }

    private static Span<Vector<float>> AsVectors(Span<float> numbers) => MemoryMarshal.Cast<float, Vector<float>>(numbers);

    private static nint Address(torch.Tensor tensor)
    {
        using var front = tensor.narrow(0, 0, 1); // a span cannot hold more than 2 GiB, but its start is all that is needed
        fixed (byte* address = front.bytes)
        {
            return (nint)address;
        }
    }
}
