using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Generation;

/// <summary>
/// Keeps the keys and values of the texts it was asked about last. Texts that continue those by one token cost one position each;
/// any others are read anew.
/// </summary>
/// <remarks>
/// Texts of unequal lengths stand in one batch with padding on their left, which nobody looks at: all of them then end in the same
/// column, where the next token goes. Each token keeps the position it has in its own text. A text that continues another one of the
/// last question, as in beam search, takes over that one's keys and values.
/// Make a new object after the model has been trained on: what is kept belongs to the old weights.
/// </remarks>
public sealed class CachedModel : INextTokenModel
{
    private readonly Gpt model;
    private int[][] known = [];
    private KvCache? cache;
    private int width; // columns in use, the same for all texts

    /// <summary>Wraps a model.</summary>
    /// <param name="model">A causal model. It is not disposed with this object.</param>
    /// <exception cref="ArgumentException">The model sees both sides.</exception>
    public CachedModel(Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model.Config.Causal
            ? model
            : throw new ArgumentException("A model that sees both sides (Causal = false) must read the whole text each time.", nameof(model));
    }

    /// <inheritdoc/>
    public int VocabularySize => model.VocabularySize;

    /// <inheritdoc/>
    public int BlockSize => model.BlockSize;

    /// <inheritdoc/>
    public float[][] NextLogits(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            return [];
        }

        using var scope = torch.NewDisposeScope();
        using var evaluating = model.Evaluating();
        var columns = TryContinue(texts) ? 1 : Restart(texts); // how many are new
        known = [.. texts];
        // Without padding every token stands where the cache ends, and nothing needs to be said.
        var isPadded = known.Any(text => text.Length != width);
        var logits = isPadded
            ? model.NextLogits(Tokens(columns), cache, IsReal(), Places(columns)) // (text, vocabulary)
            : model.NextLogits(Tokens(columns), cache);
        var numbers = logits.to(torch.float32).cpu().contiguous().data<float>().ToArray();
        return [.. numbers.Chunk(VocabularySize)];
    }

    /// <summary>Frees what is kept.</summary>
    public void Dispose()
    {
        cache?.Dispose();
        cache = null;
        known = [];
    }

    // Finds for each text the one of the last question that it continues by one token.
    private bool TryContinue(IReadOnlyList<int[]> texts)
    {
        if (cache is null || texts.Count != known.Length || width == BlockSize)
        {
            return false;
        }

        var parents = new long[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            var beginning = texts[i].AsMemory(0, texts[i].Length - 1);
            // Usually its own place in the list.
            parents[i] = Matches(i) ? i : Array.FindIndex(known, text => beginning.Span.SequenceEqual(text));
            if (parents[i] < 0)
            {
                return false;
            }

            bool Matches(int row) => beginning.Span.SequenceEqual(known[row]);
        }

        if (!parents.Select((parent, i) => parent == i).All(isSame => isSame))
        {
            cache.Reorder(torch.tensor(parents, device: model.Device));
        }

        width++;
        return true;
    }

    private int Restart(IReadOnlyList<int[]> texts)
    {
        if (cache is null || cache.Batch != texts.Count)
        {
            cache?.Dispose();
            cache = null;
            cache = model.NewCache(texts.Count);
        }

        cache.Truncate(0);
        width = texts.Max(text => text.Length);
        return width;
    }

    // The last columns of the batch: (text, count). What stands in the padding does not matter, as long as it is a token.
    private torch.Tensor Tokens(int count) => Table(count, (text, at) => at < 0 ? 0 : text[at]);

    // The position each of them has in its own text.
    private torch.Tensor Places(int count) => Table(count, (_, at) => Math.Max(at, 0));

    // (text, columns): false for padding.
    private torch.Tensor IsReal() => Table(width, (_, at) => at < 0 ? 0 : 1).to(torch.@bool);

    private torch.Tensor Table(int count, Func<int[], int, long> value)
    {
        var numbers = new long[known.Length * count];
        for (var row = 0; row < known.Length; row++)
        {
            for (var column = 0; column < count; column++)
            {
                numbers[(row * count) + column] = value(known[row], known[row].Length - count + column);
            }
        }

        return torch.tensor(numbers, [known.Length, count], device: model.Device);
    }
}
