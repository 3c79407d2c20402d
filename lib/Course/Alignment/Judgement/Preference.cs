namespace Course.Alignment.Judgement;

/// <summary>Which of two texts is better.</summary>
public enum Choice
{
    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Neither.</summary>
    Tie,
}

/// <summary>Two texts to choose from.</summary>
/// <param name="Prompt">What both answer; may be empty.</param>
/// <param name="First">One text.</param>
/// <param name="Second">The other.</param>
public sealed record TextPair(string Prompt, string First, string Second);

/// <summary>One judgement: who preferred which of two texts, and when.</summary>
/// <param name="Pair">The texts, in the order of the data, which is not the order they were shown in.</param>
/// <param name="Choice">Which is better.</param>
/// <param name="Annotator">Who says so.</param>
/// <param name="When">When.</param>
public sealed record Preference(TextPair Pair, Choice Choice, string Annotator, DateTimeOffset When)
{
    /// <summary>The better text; <see langword="null"/> in a tie.</summary>
    public string? Chosen => Choice switch { Choice.First => Pair.First, Choice.Second => Pair.Second, _ => null };

    /// <summary>The worse text; <see langword="null"/> in a tie.</summary>
    public string? Rejected => Choice switch { Choice.First => Pair.Second, Choice.Second => Pair.First, _ => null };
}
