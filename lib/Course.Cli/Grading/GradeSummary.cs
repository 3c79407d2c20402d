using System.Globalization;
using Course.Notebooks.Grading;
using Spectre.Console;

namespace Course.Cli.Grading;

/// <summary>What an instructor wants to know about a class: how the points are spread, and what most students missed.</summary>
internal static class GradeSummary
{
    private const int Bins = 10;
    private const int Most = 5;

    /// <summary>Prints a histogram and the tests most often missed, one assignment after another.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<SubmissionResult> results)
    {
        foreach (var assignment in results.GroupBy(result => $"{result.Assignment}/{result.Notebook}"))
        {
            var all = assignment.ToArray();
            console.WriteLine();
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{assignment.Key}: {all.Length} submissions, mean {all.Average(result => result.Score):0.0} of {all[0].MaxPoints:0.##}"));
            var counts = Histogram(all);
            for (var bin = 0; bin < Bins; bin++)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {bin * 10,3}–{(bin + 1) * 10,3} %  {counts[bin],4}  {new string('█', (int)Math.Ceiling(40.0 * counts[bin] / all.Length))}"));
            }
            foreach (var (id, missed) in Missed(all).Take(Most))
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  missed by {missed} of {all.Length}: {id}"));
            }
            if (all.Count(result => result.NeedsPerson) is > 0 and var open)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {open} submissions wait for a person's judgement."));
            }
        }
    }

    /// <summary>How many submissions have 0 to 10 %, 10 to 20 %, … of the points; all of them are in the last bin.</summary>
    internal static int[] Histogram(IEnumerable<SubmissionResult> results)
    {
        var counts = new int[Bins];
        foreach (var result in results)
        {
            var share = result.MaxPoints > 0 ? result.Score / result.MaxPoints : 0;
            counts[Math.Clamp((int)(share * Bins), 0, Bins - 1)]++;
        }
        return counts;
    }

    /// <summary>The tests that did not give all their points, most often missed first.</summary>
    internal static IEnumerable<(string Id, int Missed)> Missed(IEnumerable<SubmissionResult> results) => results
        .SelectMany(result => result.Cells).Where(cell => cell.Kind == GradeCellKind.Tests && cell.Score < cell.MaxPoints)
        .GroupBy(cell => cell.Id).Select(group => (group.Key, group.Count())).OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Key, StringComparer.Ordinal);
}
