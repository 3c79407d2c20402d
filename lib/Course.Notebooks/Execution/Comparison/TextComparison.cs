using System.Globalization;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>Compares two texts line by line, their numbers with a tolerance.</summary>
internal static class TextComparison
{
    private const int ShownCharacters = 60;

    /// <summary>Where and how two texts differ.</summary>
    /// <param name="Line">The line, from 1.</param>
    /// <param name="Stored">That line of the stored text; empty past its end.</param>
    /// <param name="Fresh">That line of the fresh text; empty past its end.</param>
    /// <param name="Why">What differs, in words.</param>
    public sealed record Difference(int Line, string Stored, string Fresh, string Why);

    /// <summary>The first difference of two texts, or <see langword="null"/>.</summary>
    public static Difference? First(string stored, string fresh, NumericTolerance tolerance)
    {
        var (before, after) = (Lines(stored), Lines(fresh));
        for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
        {
            if (i >= before.Length || i >= after.Length)
            {
                var why = Invariant($"there are {before.Length} lines stored and {after.Length} now");
                return new Difference(i + 1, before.ElementAtOrDefault(i) ?? "", after.ElementAtOrDefault(i) ?? "", why);
            }
            if (before[i] != after[i] && Explain(before[i], after[i], tolerance) is { } difference)
            {
                return new Difference(i + 1, before[i].Trim(), after[i].Trim(), difference);
            }
        }
        return null;
    }

    private static string? Explain(string stored, string fresh, NumericTolerance tolerance)
    {
        var (before, after) = (PrintedLine.Parse(stored).Parts, PrintedLine.Parse(fresh).Parts);
        for (var i = 0; i < Math.Min(before.Count, after.Count); i++)
        {
            var same = (before[i], after[i]) switch
            {
                (PrintedNumber a, PrintedNumber b) => tolerance.Allows(a, b),
                (string a, string b) => a == b,
                _ => false,
            };
            if (!same)
            {
                return before[i] is PrintedNumber a && after[i] is PrintedNumber b ? Explain(a, b, tolerance) : ExplainWords(before, after, i);
            }
        }
        return before.Count == after.Count ? null : ExplainWords(before, after, Math.Min(before.Count, after.Count));
    }

    // From the first word that differs: long lines often differ late.
    private static string ExplainWords(IReadOnlyList<object> before, IReadOnlyList<object> after, int from)
    {
        var (stored, fresh) = (Words(before), Words(after));
        var at = stored.Zip(fresh).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{Show(stored)} became {Show(fresh)}";

        string[] Words(IReadOnlyList<object> parts) =>
            [.. parts.Skip(from).SelectMany(part => part is PrintedNumber number ? [number.Text] : ((string)part).Split(' '))];

        string Show(string[] words) => at >= words.Length ? "nothing"
            : words[at].Length <= ShownCharacters ? $"'{words[at]}'" : $"'{words[at][..ShownCharacters]}…'";
    }

    private static string Explain(PrintedNumber stored, PrintedNumber fresh, NumericTolerance tolerance)
    {
        var difference = Math.Abs(stored.Value - fresh.Value);
        var largest = Math.Max(Math.Abs(stored.Value), Math.Abs(fresh.Value));
        return stored.IsWhole && fresh.IsWhole && !tolerance.ForWholeNumbers
            ? $"{stored.Text} became {fresh.Text}; whole numbers have to be equal"
            : Invariant($"{stored.Text} became {fresh.Text}, a difference of {difference:G2} or {100 * difference / largest:G2} %; ")
                + Invariant($"allowed are {100 * tolerance.Relative:G3} %");
    }

    /// <summary>
    /// The lines as a terminal shows them: without colours, of a progress line that was overwritten only the last state.
    /// </summary>
    private static string[] Lines(string text) =>
        [.. AnsiText.Plain(text).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd().Split('\n').Select(LastState)];

    private static string LastState(string line)
    {
        var shown = line.TrimEnd('\r', ' ', '\t');
        return shown[(shown.LastIndexOf('\r') + 1)..];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
