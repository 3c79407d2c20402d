using Course.Alignment.Conversations;
using Course.Data;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>What a policy wrote after a prompt: one episode.</summary>
/// <param name="Prompt">The tokens it was given.</param>
/// <param name="Tokens">The tokens it wrote, the end token included when it came to that; at least one.</param>
/// <param name="Ended">Whether it ended by itself; otherwise it was cut off at the limit.</param>
public sealed record Completion(IReadOnlyList<int> Prompt, IReadOnlyList<int> Tokens, bool Ended)
{
    /// <summary>The tokens it wrote, without the end token.</summary>
    public IEnumerable<int> Text => Ended ? Tokens.SkipLast(1) : Tokens;

    /// <summary>Prompt and completion as one row, of which the completion is learned.</summary>
    public MaskedSequence ToSequence() => MaskedSequence.Of(Prompt, Tokens);

    /// <summary>Completions as a batch: states as inputs, actions as targets.</summary>
    /// <param name="completions">At least one.</param>
    /// <param name="padToken">Fills the end of shorter rows.</param>
    /// <param name="device">Where the tensors are put.</param>
    /// <returns>(batch, time); targets only where the policy acted.</returns>
    public static TokenBatch ToBatch(IReadOnlyList<Completion> completions, int padToken, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(completions);
        return MaskedSequence.ToBatch([.. completions.Select(completion => completion.ToSequence())], padToken, device);
    }
}
