using System.Text;

namespace Course.Data;

/// <summary>Makes recall questions.</summary>
internal static class TaleRecall
{
    private static readonly string[] Containers = ["box", "bag", "drawer", "chest", "jar", "bucket", "cupboard", "pot"];

    private static readonly string[] Foods = ["apple", "pear", "plum", "carrot", "cookie", "bun", "pancake", "sandwich"];

    private static readonly string[] Names = [.. TaleWords.Girls, .. TaleWords.Boys];

    /// <summary>
    /// What can be asked: a sentence that states {answer} for {name} and {thing}, one that asks for it, and the words it may be. No two
    /// statements of a story share a name, a thing or an answer.
    /// </summary>
    private static readonly (string Statement, string Question, string[] Choices)[] Kinds =
    [
        ("{name} had a lovely {answer} {thing}.", "The {thing} of {name} was", TaleWords.Colours),
        ("{name} put the {thing} into the {answer}.", "Later {name} took the {thing} out of the", Containers),
        ("{name} bought the {answer}.", "At home {name} ate the", Foods),
        ("{name} got the {thing} as a gift from {answer}.", "{name} thanked the giver of the {thing}, and that was", Names),
    ];

    /// <summary>Sentences that say nothing about anybody or anything that is asked for.</summary>
    private static readonly (string Subject, string[] Predicates)[] Fillers =
    [
        ("The sun", ["was shining", "went behind a cloud", "stood high in the sky"]),
        ("The wind", ["was blowing softly", "came from the sea", "shook the trees"]),
        ("A bird", ["sang on the roof", "flew over the house", "sat on the fence"]),
        ("The old clock", ["struck three", "ticked slowly", "had stopped again"]),
        ("A cart", ["rolled down the street", "stopped at the corner", "was full of hay"]),
        ("The baker", ["opened the shop", "swept the floor", "waved at everyone"]),
        ("Some children", ["were playing outside", "ran across the street", "laughed about a joke"]),
        ("The stream", ["was very clear", "ran past the mill", "made a quiet sound"]),
        ("A bee", ["flew from flower to flower", "sat on the window", "made a soft hum"]),
        ("The street", ["was empty", "was still wet from the rain", "went up the hill"]),
        ("An old man", ["slept on a bench", "read the news", "fed the pigeons"]),
        ("The leaves", ["moved a little", "fell to the ground", "were still wet"]),
        ("A dog", ["barked somewhere", "slept in the shade", "followed the postman"]),
        ("The church tower", ["was very tall", "threw a long shadow", "could be seen from far away"]),
        ("The air", ["was warm", "smelled of grass", "became a little cooler"]),
        ("Far away a train", ["whistled", "crossed the valley", "was late again"]),
    ];

    /// <summary>
    /// A story whose last sentence asks for a fact that was stated a given number of sentences earlier. Other facts of the same kind,
    /// about others, stand before or after it, so neither the only fact nor the latest one is always the right one.
    /// </summary>
    /// <param name="distance">How many sentences earlier, at least 1.</param>
    /// <param name="seed">Another seed gives another story.</param>
    /// <param name="distractors">How many other facts of the same kind the story states, 0 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is not from 1 to 10,000, or the distractors not from 0 to 4.</exception>
    public static RecallQuestion Ask(int distance, long seed, int distractors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(distance, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distance, 10_000);
        ArgumentOutOfRangeException.ThrowIfNegative(distractors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distractors, 4);
        var random = SplitMix64.For(seed, distance);
        var (statement, question, choices) = random.Pick(Kinds);

        // All names differ, also those that are answers.
        var names = Shuffled(ref random, Names);
        var things = Shuffled(ref random, TaleWords.Toys);
        var answers = ReferenceEquals(choices, Names) ? names[(distractors + 1)..] : Shuffled(ref random, choices);
        var facts = Enumerable.Range(0, distractors + 1).Select(i => Fill(statement, names[i], things[i], answers[i])).ToList();

        // between: the sentences after the asked fact, facts[0]; some of them may be distractors.
        var between = new string?[distance - 1];
        var before = new List<string>();
        foreach (var distractor in facts.Skip(1))
        {
            var free = Enumerable.Range(0, between.Length).Where(i => between[i] is null).ToList();
            if (free.Count > 0 && random.Next(2) == 0)
            {
                between[random.Pick(free)] = distractor;
            }
            else
            {
                before.Insert(random.Next(before.Count + 1), distractor);
            }
        }

        var prompt = new StringBuilder();
        before.ForEach(s => prompt.Append(s).Append(' '));
        var answerStart = prompt.Length + Fill(statement[..statement.IndexOf("{answer}", StringComparison.Ordinal)], names[0], things[0], "").Length;
        prompt.Append(facts[0]).Append(' ');
        var last = -1;
        foreach (var sentence in between)
        {
            prompt.Append(sentence ?? Filler(ref random, ref last)).Append(' ');
        }

        var questionStart = prompt.Length;
        prompt.Append(Fill(question, names[0], things[0], ""));
        return new RecallQuestion(prompt.ToString(), answers[0], choices, distance, answerStart, questionStart);
    }

    private static string Fill(string template, string name, string thing, string answer) =>
        template.Replace("{name}", name, StringComparison.Ordinal).Replace("{thing}", thing, StringComparison.Ordinal)
            .Replace("{answer}", answer, StringComparison.Ordinal);

    /// <summary>A filler whose subject is not that of the filler before it.</summary>
    private static string Filler(ref SplitMix64 random, ref int last)
    {
        var next = random.Next(Fillers.Length - 1);
        last = next >= last && last >= 0 ? next + 1 : next;
        var (subject, predicates) = Fillers[last];
        return $"{subject} {random.Pick(predicates)}.";
    }

    private static string[] Shuffled(ref SplitMix64 random, string[] items)
    {
        var copy = (string[])items.Clone();
        random.Shuffle<string>(copy);
        return copy;
    }
}
