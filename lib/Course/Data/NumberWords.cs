using System.Globalization;

namespace Course.Data;

/// <summary>
/// English number words, written and read: <c>342007</c> is <c>three hundred forty-two thousand seven</c>. A translation whose right
/// answers are known exactly.
/// </summary>
/// <remarks>The American way: without "and". Numbers below a hundred that need two words have a hyphen.</remarks>
public static class NumberWords
{
    /// <summary>The largest number that is written: 999,999,999.</summary>
    public const int Largest = 999_999_999;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly Dictionary<string, string> IrregularOrdinals = new(StringComparer.Ordinal)
    {
        ["one"] = "first",
        ["two"] = "second",
        ["three"] = "third",
        ["five"] = "fifth",
        ["eight"] = "eighth",
        ["nine"] = "ninth",
        ["twelve"] = "twelfth",
    };

    /// <summary>Writes a number in words: <c>forty-two</c>.</summary>
    /// <param name="number">From 0 to <see cref="Largest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or too large.</exception>
    public static string Write(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Largest);
        if (number == 0)
        {
            return Small[0];
        }

        var words = new List<string>();
        Group(number / 1_000_000, "million");
        Group(number / 1000 % 1000, "thousand");
        Group(number % 1000, null);
        return string.Join(' ', words);

        void Group(int count, string? unit)
        {
            if (count == 0)
            {
                return;
            }

            if (count >= 100)
            {
                words.Add(Small[count / 100]);
                words.Add("hundred");
            }

            if (count % 100 > 0)
            {
                words.Add(BelowHundred(count % 100));
            }

            if (unit is not null)
            {
                words.Add(unit);
            }
        }
    }

    /// <summary>Writes a place in an order in words: <c>forty-second</c>.</summary>
    /// <param name="number">From 1 to <see cref="Largest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive or too large.</exception>
    public static string WriteOrdinal(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        var words = Write(number);
        var start = words.LastIndexOfAny([' ', '-']) + 1; // only the last word changes
        var last = words[start..];
        return words[..start] + (IrregularOrdinals.TryGetValue(last, out var irregular) ? irregular
            : last.EndsWith('y') ? last[..^1] + "ieth"
            : last + "th");
    }

    /// <summary>Reads what <see cref="Write"/> has written; blanks will do for hyphens.</summary>
    /// <param name="words">The words.</param>
    /// <returns>The number.</returns>
    /// <exception cref="FormatException">These are not the words of a number, in the one order and spelling that <see cref="Write"/> uses.</exception>
    public static int Parse(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var (total, group) = (0L, 0L);
        foreach (var word in words.Split([' ', '-']))
        {
            var small = Array.IndexOf(Small, word);
            var tens = word.Length == 0 ? -1 : Array.IndexOf(Tens, word);
            (total, group) = (word, small, tens) switch
            {
                (_, >= 0, _) => (total, group + small),
                (_, _, >= 2) => (total, group + (10 * tens)),
                ("hundred", _, _) => (total, group * 100),
                ("thousand", _, _) => (total + (group * 1000), 0),
                ("million", _, _) => (total + (group * 1_000_000), 0),
                _ => throw new FormatException($"'{word}' is no word of a number."),
            };
            if (total + group > Largest)
            {
                throw new FormatException($"'{words}' is more than {Largest.ToString("N0", CultureInfo.InvariantCulture)}.");
            }
        }

        // Only one order of words is right, and writing the number again shows whether it was this one.
        var number = (int)(total + group);
        return Write(number).Replace('-', ' ') == words.Replace('-', ' ')
            ? number
            : throw new FormatException($"'{words}' is not how a number is written; did you mean '{Write(number)}'?");
    }

    private static string BelowHundred(int number) => number < 20 ? Small[number]
        : number % 10 == 0 ? Tens[number / 10]
        : $"{Tens[number / 10]}-{Small[number % 10]}";
}
