namespace Course.Generation.Fast;

/// <summary>Lets a <see cref="FastDecoder"/> answer for whole texts: it reads only what differs from the last one.</summary>
/// <param name="decoder">The decoder; used, not disposed.</param>
internal sealed class FastModel(FastDecoder decoder) : INextTokenModel
{
    private readonly List<int> read = [];
    private bool isFresh;

    public int VocabularySize => decoder.VocabularySize;

    public int BlockSize => decoder.BlockSize;

    public float[][] NextLogits(IReadOnlyList<int[]> texts) => [.. texts.Select(Next)];

    public void Dispose()
    {
    }

    private float[] Next(int[] text)
    {
        if (!isFresh)
        {
            decoder.Rewind(); // somebody else may have used it
            isFresh = true;
        }

        // Its last token is read in any case: what comes after it is the question.
        var shared = 0;
        while (shared < read.Count && shared < text.Length - 1 && read[shared] == text[shared])
        {
            shared++;
        }

        decoder.Rewind(shared);
        read.RemoveRange(shared, read.Count - shared);
        read.AddRange(text[shared..]);
        return decoder.Read(text.AsSpan(shared)).ToArray();
    }
}
