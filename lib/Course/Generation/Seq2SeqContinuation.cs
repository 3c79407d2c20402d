using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Generation;

/// <summary>
/// The decoder of an encoder-decoder as a model that continues texts: the source is read once, then each target costs one position per
/// token. What beam search needs to translate.
/// </summary>
/// <remarks>
/// Targets that continue those of the last question by one token are cheap, also when there are more or fewer of them than before. Make
/// a new object after the model has been trained on.
/// </remarks>
public sealed class Seq2SeqContinuation : INextTokenModel
{
    private readonly Seq2Seq model;
    private readonly torch.Tensor memory; // (1, source, width)
    private int[][] known = [];
    private KvCache? cache;

    /// <summary>Reads the source.</summary>
    /// <param name="model">The model. It is not disposed with this object.</param>
    /// <param name="source">The text to answer; at least one token, at most as many as the model reads.</param>
    /// <exception cref="ArgumentException">The source is empty or too long.</exception>
    public Seq2SeqContinuation(Seq2Seq model, IReadOnlyList<int> source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count == 0)
        {
            throw new ArgumentException("There is nothing to answer: the source needs at least one token.", nameof(source));
        }

        this.model = model;
        using var scope = torch.NewDisposeScope();
        using var evaluating = model.Evaluating();
        memory = model.Encode(Tokens([[.. source]])).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public int VocabularySize => model.VocabularySize;

    /// <inheritdoc/>
    public int BlockSize => model.Config.BlockSize;

    /// <inheritdoc/>
    /// <param name="texts">Beginnings of targets, start token included.</param>
    public float[][] NextLogits(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            return [];
        }

        using var scope = torch.NewDisposeScope();
        using var evaluating = model.Evaluating();
        if (texts.Any(text => text.Length != texts[0].Length))
        {
            return [.. texts.Select(text => Read([text], null)[0])];
        }

        if (!TryContinue(texts))
        {
            cache?.Dispose();
            cache = null;
            cache = model.NewCache(texts.Count);
        }

        known = [.. texts];
        return Read([.. texts.Select(text => text[(int)cache!.Length..])], cache);
    }

    /// <summary>Frees what is kept.</summary>
    public void Dispose()
    {
        cache?.Dispose();
        cache = null;
        memory.Dispose();
    }

    // Finds for each target the one of the last question that it continues by one token.
    private bool TryContinue(IReadOnlyList<int[]> texts)
    {
        if (cache is null || texts[0].Length != cache.Length + 1)
        {
            return false;
        }

        int[] parents = [.. texts.Select(text => Array.FindIndex(known, parent => text.AsSpan(0, text.Length - 1).SequenceEqual(parent)))];
        if (parents.Contains(-1))
        {
            return false;
        }

        if (parents.Length != known.Length || parents.Where((parent, i) => parent != i).Any())
        {
            cache.Reorder(torch.tensor(Array.ConvertAll(parents, parent => (long)parent), device: model.Device));
        }

        return true;
    }

    private float[][] Read(int[][] texts, KvCache? cache)
    {
        var sources = memory.expand(texts.Length, -1, -1);                                          // (text, source, width)
        var logits = model.Decode(Tokens(texts), sources, cache: cache).select(1, -1);              // (text, vocabulary)
        return [.. logits.to(torch.float32).cpu().contiguous().data<float>().ToArray().Chunk(VocabularySize)];
    }

    // (text, time)
    private torch.Tensor Tokens(int[][] texts) => torch.tensor(
        texts.SelectMany(text => text).Select(token => (long)token).ToArray(), [texts.Length, texts[0].Length], device: model.Device);
}
