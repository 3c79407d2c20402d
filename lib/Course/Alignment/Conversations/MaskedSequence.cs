using Course.Data;
using TorchSharp;

namespace Course.Alignment.Conversations;

/// <summary>
/// A row of tokens, and which of them a model is to learn. Everything in this part of the library is one: a conversation whose
/// answers are learned, a prompt with a sampled completion, one of two texts to choose from.
/// </summary>
/// <param name="Tokens">The tokens, first to last.</param>
/// <param name="IsLearned">As many: true for a token that the loss counts.</param>
public sealed record MaskedSequence(IReadOnlyList<int> Tokens, IReadOnlyList<bool> IsLearned)
{
    /// <summary>How many tokens there are.</summary>
    public int Length => Tokens.Count;

    /// <summary>How many of them are learned. The first token follows nothing, so it cannot be.</summary>
    public int LearnedCount => IsLearned.Skip(1).Count(learned => learned);

    /// <summary>A prompt that is only read and a completion that is learned.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="completion">The tokens after it.</param>
    public static MaskedSequence Of(IReadOnlyList<int> prompt, IReadOnlyList<int> completion)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(completion);
        return new MaskedSequence(
            [.. prompt, .. completion], [.. Enumerable.Repeat(false, prompt.Count), .. Enumerable.Repeat(true, completion.Count)]);
    }

    /// <summary>
    /// Rows of different lengths as one batch, shifted by one so that each position's target is the token after it. Targets are
    /// <see cref="TokenBatch.NoTarget"/> where nothing is learned.
    /// </summary>
    /// <param name="rows">At least one row, each of two tokens or more.</param>
    /// <param name="padToken">
    /// Fills the end of shorter rows. A causal model needs no further mask: no token sees what comes after it.
    /// </param>
    /// <param name="device">Where the tensors are put.</param>
    /// <param name="time">The width of the batch; that of the longest row when left out.</param>
    /// <returns>(batch, time), time being one less than the longest row's length.</returns>
    /// <exception cref="ArgumentException">There is no row, one is too short or too long, or tokens and mask differ in number.</exception>
    public static TokenBatch ToBatch(IReadOnlyList<MaskedSequence> rows, int padToken, torch.Device device, int? time = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(device);
        if (rows.Count == 0)
        {
            throw new ArgumentException("A batch has at least one row.", nameof(rows));
        }

        var width = time ?? rows.Max(row => row.Length) - 1;
        var inputs = new long[rows.Count * Math.Max(width, 1)];
        Array.Fill(inputs, padToken);
        var targets = new long[inputs.Length];
        Array.Fill(targets, TokenBatch.NoTarget);
        for (var r = 0; r < rows.Count; r++)
        {
            var row = rows[r].Checked(r, width);
            for (var t = 0; t + 1 < row.Length; t++)
            {
                inputs[(r * width) + t] = row.Tokens[t];
                if (row.IsLearned[t + 1])
                {
                    targets[(r * width) + t] = row.Tokens[t + 1];
                }
            }
        }

        // (batch, time)
        var shape = new long[] { rows.Count, width };
        return new TokenBatch(torch.tensor(inputs, shape, device: device), torch.tensor(targets, shape, device: device));
    }

    internal MaskedSequence Checked(int index, int width)
    {
        if (IsLearned.Count != Length)
        {
            throw new ArgumentException($"Row {index} has {Length} tokens, but says of {IsLearned.Count} whether they are learned.");
        }

        return Length >= 2 && Length - 1 <= width
            ? this
            : throw new ArgumentException(
                $"Row {index} has {Length} tokens. It needs 2 at least, one to read and one to predict, and there is room for {width + 1}.");
    }
}
