namespace Course.Generation.Fast;

/// <summary>
/// Rotates pairs of neighbouring numbers by an angle that grows with the position (Su et al. 2021, equation 34), from a table that
/// is computed once.
/// </summary>
internal sealed class RotaryTable
{
    private readonly int headDim;
    private readonly float[] turns; // (block, head_dim): cosine and sine of each pair

    public RotaryTable(int blockSize, int headDim, double rotaryBase)
    {
        this.headDim = headDim;
        turns = new float[blockSize * headDim];
        for (var position = 0; position < blockSize; position++)
        {
            for (var i = 0; i < headDim; i += 2)
            {
                var angle = position * Math.Pow(rotaryBase, -(double)i / headDim);
                turns[(position * headDim) + i] = (float)Math.Cos(angle);
                turns[(position * headDim) + i + 1] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>Rotates the vectors of several heads, one after the other.</summary>
    public void Rotate(Span<float> vectors, int position)
    {
        var turn = turns.AsSpan(position * headDim, headDim);
        for (var head = 0; head < vectors.Length; head += headDim)
        {
            var vector = vectors.Slice(head, headDim);
            for (var i = 0; i + 1 < vector.Length; i += 2)
            {
                var (a, b) = (vector[i], vector[i + 1]);
                vector[i] = (a * turn[i]) - (b * turn[i + 1]);
                vector[i + 1] = (a * turn[i + 1]) + (b * turn[i]);
            }
        }
    }
}
