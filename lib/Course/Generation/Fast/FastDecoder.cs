using Course.Models;
using Course.Models.Formats;

namespace Course.Generation.Fast;

/// <summary>
/// Runs a trained decoder one token at a time, in plain C#: no tensor library, no allocation, vector instructions, the keys and
/// values of earlier positions remembered. For one text at once this is several times faster than a tensor library, whose every
/// call costs more than the few numbers it computes.
/// </summary>
/// <remarks>
/// It holds a copy of the model's numbers, arranged for products with a vector (<see cref="PackedMatrix"/>): training the model on
/// does not change it. Not for several threads at once; make a decoder for each.
/// </remarks>
public sealed class FastDecoder : IDisposable
{
    // Below this a token takes less time than waking a second thread for its two dozen products gains.
    private const long NumbersWorthASecondThread = 2_000_000;

    private readonly DecoderShape shape;
    private readonly DecoderWeights weights;
    private readonly DecoderCache[] caches;
    private readonly RotaryTable? rotary;
    private readonly WorkerTeam team;
    private readonly float scoreScale;

    private readonly float[] stream;   // the vector that the blocks refine
    private readonly float[] normal;   // its normalised copy
    private readonly float[] qkv;      // queries, keys and values of the position
    private readonly float[] found;    // what the heads found
    private readonly float[] result;   // what a part of a block adds to the stream
    private readonly float[] wide;     // inside the feed-forward layer
    private readonly float[] logits;
    private readonly float[][] scores; // one row per head, (block)
    private readonly float[][] mixed;  // one row per head, (padded head_dim)

    // What the threads work on now, and what they do, made once: a token allocates nothing.
    private PackedMatrix product;
    private float[] factor;
    private float[] outcome;
    private DecoderCache cache;
    private readonly Action<int> multiply;
    private readonly Action<int> attend;

    internal FastDecoder(DecoderShape shape, DecoderWeights weights, int? threads = null)
    {
        this.shape = shape;
        this.weights = weights;
        var store = new NumberStore();
        caches = [.. weights.Layers.Select(_ => new DecoderCache(shape.KeyValueHeads, shape.HeadDim, shape.BlockSize, store))];
        rotary = shape.RotaryBase is { } rotaryBase ? new RotaryTable(shape.BlockSize, shape.HeadDim, rotaryBase) : null;
        scoreScale = 1 / MathF.Sqrt(shape.HeadDim);
        stream = new float[PackedMatrix.Padded(shape.Width)];
        normal = new float[stream.Length];
        qkv = new float[PackedMatrix.Padded(shape.QkvRows)];
        found = new float[stream.Length];
        result = new float[stream.Length];
        wide = new float[weights.Layers.Max(layer => layer.Widen.Weight.PaddedRows)];
        logits = new float[weights.Head.PaddedRows];
        scores = Rows(shape.Heads, PackedMatrix.Padded(shape.BlockSize));
        mixed = Rows(shape.Heads, PackedMatrix.Padded(shape.HeadDim));
        (product, factor, outcome, cache) = (weights.Head, normal, logits, caches[0]);
        multiply = MultiplyPart;
        attend = AttendPart;
        team = new WorkerTeam(threads ?? (NumbersPerToken < NumbersWorthASecondThread ? 1 : Math.Min(Environment.ProcessorCount, 8)));
    }

    /// <summary>Makes a trained model ready for fast decoding.</summary>
    /// <param name="model">A causal, pre-norm model without experts, GPT-2 or Llama style; its numbers are copied.</param>
    /// <param name="threads">How many threads work on a token; chosen by the model's size when left out.</param>
    /// <exception cref="ArgumentException">The decoder cannot run such a model; the message says why.</exception>
    public static FastDecoder From(Gpt model, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new FastDecoder(GptWeights.Shape(model.Config), GptWeights.Weights(model), threads);
    }

    /// <summary>Reads a model in llama2.c's format, without building it in the tensor library first.</summary>
    /// <param name="path">The file, by custom <c>*.bin</c>.</param>
    /// <param name="threads">How many threads work on a token; chosen by the model's size when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or something else; the message says what.</exception>
    public static FastDecoder Load(string path, int? threads = null)
    {
        using var file = Llama2cFile.Open(path);
        return new FastDecoder(Llama2cWeights.Shape(file.Header), Llama2cWeights.Weights(file), threads);
    }

    /// <summary>How many different tokens there are.</summary>
    public int VocabularySize => shape.Vocabulary;

    /// <summary>The longest text it can read, in tokens.</summary>
    public int BlockSize => shape.BlockSize;

    /// <summary>How many tokens it has read.</summary>
    public int Position { get; private set; }

    /// <summary>How many threads work on a token.</summary>
    public int Threads => team.Size;

    private long NumbersPerToken => (long)weights.Head.Rows * shape.Width + weights.Layers.Sum(layer =>
        ((long)layer.Qkv.Weight.Rows * shape.Width) + ((long)shape.Width * shape.Width)
        + ((long)layer.Widen.Weight.Rows * shape.Width) + ((long)shape.Width * shape.Hidden));

    /// <summary>Forgets everything behind a position, to continue from there in another way.</summary>
    /// <param name="position">How many tokens stay; 0 for a new text.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has not read so many.</exception>
    public void Rewind(int position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Position);
        Position = position;
    }

    /// <summary>Reads the next token.</summary>
    /// <param name="token">Its number.</param>
    /// <returns>How likely each token comes next, before softmax: (vocabulary). Valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">The text is as long as the model can read.</exception>
    public ReadOnlySpan<float> Read(int token)
    {
        Advance(token);
        Multiply(weights.Head, normal, logits);
        return logits.AsSpan(0, shape.Vocabulary);
    }

    /// <summary>Reads several tokens: a prompt.</summary>
    /// <param name="tokens">At least one.</param>
    /// <returns>How likely each token comes after the last one, before softmax: (vocabulary). Valid until the next call.</returns>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">The text is longer than the model can read.</exception>
    public ReadOnlySpan<float> Read(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("There is nothing to read: give at least one token.", nameof(tokens));
        }

        foreach (var token in tokens[..^1])
        {
            Advance(token); // nobody asks what comes next, so the largest product is left out
        }

        return Read(tokens[^1]);
    }

    /// <summary>Ends its threads.</summary>
    public void Dispose() => team.Dispose();

    private static float[][] Rows(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new float[length])];

    // Takes one token through all blocks; afterwards `normal` is its final vector.
    private void Advance(int token)
    {
        if ((uint)token >= (uint)shape.Vocabulary)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The model's tokens are 0 to {shape.Vocabulary - 1}.");
        }

        if (Position == shape.BlockSize)
        {
            throw new InvalidOperationException(
                $"The model reads at most {shape.BlockSize} tokens at once; rewind the decoder before it reads more.");
        }

        weights.Tokens.CopyRow(token, stream);
        if (weights.Positions.Length > 0)
        {
            var start = Position * shape.Width;
            for (var i = 0; i < shape.Width; i++)
            {
                stream[i] += weights.Positions[start + i];
            }
        }

        for (var i = 0; i < weights.Layers.Length; i++)
        {
            cache = caches[i];
            Attention(weights.Layers[i]);
            FeedForward(weights.Layers[i]);
        }

        Normalise(weights.FinalNorm);
        Position++;
    }

    private void Attention(DecoderLayer layer)
    {
        Normalise(layer.AttentionNorm);
        Apply(layer.Qkv, normal, qkv);
        var (queries, keys) = (shape.Width, shape.KeyValueHeads * shape.HeadDim);
        rotary?.Rotate(qkv.AsSpan(0, queries + keys), Position);
        cache.Set(Position, qkv.AsSpan(queries, keys), qkv.AsSpan(queries + keys, keys));
        if (team.Size == 1 || (long)Position * shape.Width < NumbersWorthASecondThread / 64)
        {
            Attend(0, shape.Heads);
        }
        else
        {
            team.Run(attend);
        }

        Apply(layer.Output, found, result);
        VectorMath.Add(stream, result);
    }

    private void FeedForward(DecoderLayer layer)
    {
        Normalise(layer.FeedForwardNorm);
        Apply(layer.Widen, normal, wide);
        var hidden = PackedMatrix.Padded(shape.Hidden);
        if (shape.Gated)
        {
            // gate ⊙ widened, into the gate's place and from there to where the next product expects it
            VectorMath.Gate(wide.AsSpan(hidden, hidden), wide.AsSpan(0, hidden), shape.Activation);
            wide.AsSpan(hidden, hidden).CopyTo(wide);
        }
        else
        {
            VectorMath.Activate(wide.AsSpan(0, hidden), shape.Activation);
        }

        Apply(layer.Narrow, wide, result);
        VectorMath.Add(stream, result);
    }

    private void Normalise(DecoderNorm norm)
    {
        if (shape.RmsNorm)
        {
            VectorMath.RmsNorm(stream, norm.Gain, shape.NormEpsilon, normal, shape.Width);
        }
        else
        {
            VectorMath.LayerNorm(stream, norm.Gain, norm.Shift, shape.NormEpsilon, normal, shape.Width);
        }
    }

    private void Apply(DecoderLinear layer, float[] x, float[] y)
    {
        Multiply(layer.Weight, x, y);
        if (layer.Bias.Length > 0)
        {
            VectorMath.Add(y.AsSpan(0, layer.Bias.Length), layer.Bias);
        }
    }

    private void Multiply(PackedMatrix matrix, float[] x, float[] y)
    {
        if (team.Size == 1)
        {
            matrix.Multiply(x, y, 0, matrix.Parts);
            return;
        }

        (product, factor, outcome) = (matrix, x, y);
        team.Run(multiply);
    }

    private void MultiplyPart(int part)
    {
        var (from, to) = WorkerTeam.Share(product.Parts, part, team.Size);
        product.Multiply(factor, outcome, from, to);
    }

    private void AttendPart(int part)
    {
        var (from, to) = WorkerTeam.Share(shape.Heads, part, team.Size);
        Attend(from, to);
    }

    // softmax(q Kᵀ / √d) V for some of the heads; several heads may share the keys and values of one (Ainslie et al. 2023).
    private void Attend(int from, int to)
    {
        var count = Position + 1;
        var panels = PackedMatrix.Padded(count) / PackedMatrix.PanelRows;
        var sharing = shape.Heads / shape.KeyValueHeads;
        for (var head = from; head < to; head++)
        {
            var weight = scores[head].AsSpan(0, panels * PackedMatrix.PanelRows);
            var query = qkv.AsSpan(head * shape.HeadDim, shape.HeadDim);
            foreach (ref var number in query)
            {
                number *= scoreScale;
            }

            cache.Keys(head / sharing).Multiply(query, weight, 0, panels);
            if (shape.Slopes.Length > 0)
            {
                for (var t = 0; t < count; t++)
                {
                    weight[t] += shape.Slopes[head] * (t - Position);
                }
            }

            VectorMath.Softmax(weight, count);
            VectorMath.WeightedSum(weight, cache.Values(head / sharing), count, mixed[head]);
            mixed[head].AsSpan(0, shape.HeadDim).CopyTo(found.AsSpan(head * shape.HeadDim));
        }
    }
}
