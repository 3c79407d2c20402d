namespace Course.Alignment.Conversations;

/// <summary>
/// Puts several short sequences into one row, so that less of a batch is padding. No sequence is cut, and every token that was
/// learned is learned still.
/// </summary>
/// <remarks>
/// Within a row, a later sequence sees the earlier ones, as in pretraining on documents that follow each other; the token that ends
/// an answer tells the model that something new begins. Packed and unpacked training are therefore close, not equal.
/// </remarks>
public static class SequencePacking
{
    /// <summary>First-fit decreasing: the longest first, each into the first row that has room (at most 11/9 of the fewest rows + 1).</summary>
    /// <param name="sequences">What is packed. Their first tokens must not be learned: in a row they follow a stranger.</param>
    /// <param name="blockSize">The most tokens the model reads; a row may have one more, which is only predicted.</param>
    /// <returns>The rows. The same sequences always give the same rows.</returns>
    /// <exception cref="ArgumentException">A sequence is longer than a row, or its first token is learned.</exception>
    public static IReadOnlyList<MaskedSequence> Pack(IReadOnlyList<MaskedSequence> sequences, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        var rows = new List<List<MaskedSequence>>();
        var room = new List<int>();
        // A stable sort: sequences of one length stay in their order.
        foreach (var (index, sequence) in sequences.Index().OrderByDescending(pair => pair.Item.Length))
        {
            sequence.Checked(index, blockSize);
            if (sequence.IsLearned[0])
            {
                throw new ArgumentException(
                    $"The first token of sequence {index} is learned, but in a packed row it would be predicted from another sequence.",
                    nameof(sequences));
            }

            var row = room.FindIndex(tokens => tokens >= sequence.Length);
            if (row < 0)
            {
                row = rows.Count;
                rows.Add([]);
                room.Add(blockSize + 1);
            }

            rows[row].Add(sequence);
            room[row] -= sequence.Length;
        }

        return [.. rows.Select(Join)];
    }

    private static MaskedSequence Join(List<MaskedSequence> parts) =>
        new([.. parts.SelectMany(part => part.Tokens)], [.. parts.SelectMany(part => part.IsLearned)]);
}
