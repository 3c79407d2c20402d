using Course.Generation;

namespace Course.Alignment.Assistants;

/// <summary>How an <see cref="Assistant"/> answers. Immutable.</summary>
public sealed record AnswerOptions
{
    /// <summary>The most alternatives that are told for a token.</summary>
    public const int MostAlternatives = 20;

    /// <summary>The most tokens of an answer; it ends earlier where the model has no room for more.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new() { Temperature = 0.7, TopP = 0.95 };

    /// <summary>The same seed gives the same answer.</summary>
    public int Seed { get; init; }

    /// <summary>How many of the likeliest tokens are told for each token of the answer.</summary>
    public int Alternatives { get; init; }

    /// <summary>The answer ends where one of these strings begins.</summary>
    public IReadOnlyCollection<string> Stop { get; init; } = [];

    internal AnswerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Alternatives);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Alternatives, MostAlternatives);
        Sampling.Validated();
        return this;
    }
}

/// <summary>A token and how likely the model found it.</summary>
/// <param name="Token">Its number.</param>
/// <param name="LogProbability">log p in nats, of the model's own probabilities, before temperature and filters.</param>
public sealed record TokenChance(int Token, double LogProbability);

/// <summary>One token of an answer.</summary>
/// <param name="Text">The text that is certain now; empty inside a character, or while it may become a stop sequence.</param>
/// <param name="Chosen">The token; <see langword="null"/> for text that was held back and follows after the last one.</param>
/// <param name="Likeliest">The likeliest tokens at its place, as many as were asked for.</param>
public sealed record AnswerPiece(string Text, TokenChance? Chosen, IReadOnlyList<TokenChance> Likeliest);

/// <summary>Why an answer ended.</summary>
public enum AnswerEnd
{
    /// <summary>The model ended it, or a stop sequence did.</summary>
    Complete,

    /// <summary>There was no room for more tokens.</summary>
    Length,
}

/// <summary>An answer.</summary>
/// <param name="Text">What was said.</param>
/// <param name="End">Why it ended.</param>
/// <param name="PromptTokens">How many tokens the model read.</param>
/// <param name="AnswerTokens">How many it wrote.</param>
/// <param name="DroppedExchanges">How many of the oldest questions and answers it could not read any more.</param>
public sealed record Answer(string Text, AnswerEnd End, int PromptTokens, int AnswerTokens, int DroppedExchanges);
