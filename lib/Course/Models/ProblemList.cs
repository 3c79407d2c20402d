using System.Globalization;

namespace Course.Models;

/// <summary>Collects what is wrong with a configuration, one sentence each.</summary>
internal sealed class ProblemList(IEnumerable<string>? sentences = null)
{
    private readonly List<string> sentences = [.. sentences ?? []];

    public IReadOnlyList<string> Sentences => sentences;

    public void Check(bool isFine, FormattableString sentence)
    {
        if (!isFine)
        {
            sentences.Add(sentence.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Refuses a weight too large for the library, once the numbers themselves make sense.</summary>
    public void CheckSize(long rows, long columns)
    {
        if (sentences.Count == 0)
        {
            var numbers = (Int128)rows * columns;
            Check(
                numbers <= int.MaxValue,
                $"The largest weight would have {numbers:N0} numbers, more than this library handles; make the model smaller.");
        }
    }

    /// <summary>Throws when there are problems.</summary>
    public static void Refuse(string what, IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new ArgumentException($"This configuration of {what} cannot work. {string.Join(' ', problems)}");
        }
    }
}
