using System.Globalization;
using System.Text.RegularExpressions;

namespace Course.Alignment.Chain;

/// <summary>
/// A hidden taste: annotators who like stories that play in nature. Every animal, plant, place and weather of the outdoors in a story is
/// worth a point, up to five; then it stops being a story and becomes a list, and each further one costs two.
/// </summary>
/// <remarks>
/// It is known exactly, so what was learned from judgements can be compared with what was meant. Stories of a fine-tuned model rarely
/// have more than five such words: a reward model sees the slope and hardly anything of the summit. What it expects beyond is its own
/// invention, and a policy that is let loose on it will find that out.
/// </remarks>
public static partial class NatureTaste
{
    /// <summary>How many words of nature a story has at its best.</summary>
    public const int Best = 5;

    private const double PriceOfMore = 2;

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "fox", "rabbit", "bear", "mouse", "hedgehog", "squirrel", "duck", "frog", "cat", "dog", "goat", "badger", "bird", "birds",
        "garden", "forest", "beach", "park", "river", "meadow", "hill", "farm", "lake", "stream", "sea", "field", "pond",
        "tree", "trees", "bush", "flower", "flowers", "grass", "berries", "leaves", "root",
        "sun", "star", "stars", "sky", "moon", "rain", "snow", "wind", "cloud", "clouds",
    };

    /// <summary>How much the annotators like a story.</summary>
    /// <param name="story">The story.</param>
    /// <returns>5 at most, negative for a mere list.</returns>
    public static double Of(string story)
    {
        var count = Count(story);
        return count <= Best ? count : Best - (PriceOfMore * (count - Best));
    }

    /// <summary>How many words of nature a text has; a word that comes twice counts twice.</summary>
    /// <param name="text">The text.</param>
    public static int Count(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Word().EnumerateMatches(text) is var matches ? CountIn(matches, text) : 0;
    }

    private static int CountIn(Regex.ValueMatchEnumerator matches, string text)
    {
        var count = 0;
        foreach (var match in matches)
        {
            if (Words.Contains(text.Substring(match.Index, match.Length).ToLower(CultureInfo.InvariantCulture)))
            {
                count++;
            }
        }

        return count;
    }

    [GeneratedRegex("[A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
