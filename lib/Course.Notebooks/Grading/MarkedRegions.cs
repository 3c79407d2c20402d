using System.Text;

namespace Course.Notebooks.Grading;

/// <summary>
/// The parts of a cell between marker lines: <c>BEGIN SOLUTION</c> … <c>END SOLUTION</c> and <c>BEGIN HIDDEN TESTS</c> …
/// <c>END HIDDEN TESTS</c>. A marker is any line that contains the words, so that every language's comments do.
/// </summary>
public static class MarkedRegions
{
    /// <summary>What stands in released code where a solution was.</summary>
    public const string CodeStub = "// YOUR CODE HERE\nthrow new System.NotImplementedException();";

    /// <summary>What stands in released Markdown where a solution was.</summary>
    public const string TextStub = "YOUR ANSWER HERE";

    private const string Solution = "SOLUTION";
    private const string HiddenTests = "HIDDEN TESTS";

    /// <summary>Whether a text has a solution region.</summary>
    public static bool HasSolution(string source) => Has(source, Solution);

    /// <summary>Whether a text has hidden tests.</summary>
    public static bool HasHiddenTests(string source) => Has(source, HiddenTests);

    /// <summary>What is wrong with a text's markers, one sentence each: a region within a region, one that never ends or never began.</summary>
    public static IReadOnlyList<string> Problems(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var problems = new List<string>();
        string? open = null;
        var openedAt = 0;
        var lines = source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var name in (string[])[Solution, HiddenTests])
            {
                var begins = lines[i].Contains("BEGIN " + name, StringComparison.Ordinal);
                var ends = lines[i].Contains("END " + name, StringComparison.Ordinal);
                if (begins && open is not null)
                {
                    problems.Add($"line {i + 1}: BEGIN {name} within the region that began in line {openedAt}; regions cannot be nested.");
                }
                else if (begins)
                {
                    (open, openedAt) = (name, i + 1);
                }
                if (ends && open != name)
                {
                    problems.Add($"line {i + 1}: END {name} without a BEGIN {name} before it.");
                }
                else if (ends)
                {
                    open = null;
                }
            }
        }
        if (open is not null)
        {
            problems.Add($"line {openedAt}: BEGIN {open} has no END {open}.");
        }
        return problems;
    }

    /// <summary>Puts a stub, indented as the marker was, in place of each solution; a text without a region becomes the stub.</summary>
    /// <param name="source">The cell's text.</param>
    /// <param name="stub">One line or several.</param>
    /// <exception cref="GradingException">The markers do not fit together.</exception>
    public static string ReplaceSolutions(string source, string stub) =>
        HasSolution(source) ? Replace(source, Solution, stub) : stub;

    /// <summary>Takes the hidden tests out.</summary>
    /// <param name="source">The cell's text.</param>
    /// <exception cref="GradingException">The markers do not fit together.</exception>
    public static string RemoveHiddenTests(string source) => Replace(source, HiddenTests, stub: null);

    private static bool Has(string source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Contains("BEGIN " + name, StringComparison.Ordinal);
    }

    private static string Replace(string source, string name, string? stub)
    {
        if (Problems(source) is { Count: > 0 } problems)
        {
            throw new GradingException(problems);
        }
        var kept = new List<string>();
        var inside = false;
        foreach (var line in source.Split('\n'))
        {
            if (line.Contains("BEGIN " + name, StringComparison.Ordinal))
            {
                inside = true;
                if (stub is not null)
                {
                    kept.AddRange(Indented(stub, line[..^line.TrimStart().Length]));
                }
            }
            if (!inside)
            {
                kept.Add(line);
            }
            if (line.Contains("END " + name, StringComparison.Ordinal))
            {
                inside = false;
            }
        }
        return string.Join('\n', kept).TrimEnd('\n', '\r', ' ');
    }

    private static IEnumerable<string> Indented(string text, string indentation) =>
        text.Split('\n').Select(line => line.Length == 0 ? line : new StringBuilder(indentation).Append(line).ToString());
}
