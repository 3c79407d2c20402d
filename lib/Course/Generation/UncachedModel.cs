using Course.Models;
using TorchSharp;

namespace Course.Generation;

/// <summary>
/// Reads the whole text anew for every token: works with every model and keeps nothing. The measure for everything faster.
/// </summary>
/// <param name="model">Any model that predicts the next token. It is not disposed with this object.</param>
public sealed class UncachedModel(LanguageModel model) : INextTokenModel
{
    private readonly LanguageModel model = model ?? throw new ArgumentNullException(nameof(model));

    /// <inheritdoc/>
    public int VocabularySize => model.VocabularySize;

    /// <inheritdoc/>
    public int BlockSize => model.BlockSize;

    /// <inheritdoc/>
    public float[][] NextLogits(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var evaluating = model.Evaluating();
        return [.. texts.Select(Next)]; // one by one: texts of unequal lengths need no padding
    }

    /// <summary>Does nothing: nothing is kept.</summary>
    public void Dispose()
    {
    }

    private float[] Next(int[] text)
    {
        using var scope = torch.NewDisposeScope();
        var input = torch.tensor(Array.ConvertAll(text, token => (long)token), [1, text.Length], device: model.Device);
        return model.NextLogits(input)[0].to(torch.float32).cpu().data<float>().ToArray(); // (vocabulary)
    }
}
