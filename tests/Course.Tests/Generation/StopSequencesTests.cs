using System.Text;
using Course.Generation;
using NUnit.Framework;

namespace Course.Tests.Generation;

[TestFixture]
public class StopSequencesTests
{
    [Test]
    public void A_stop_string_is_found_across_pieces_and_nothing_of_it_is_shown()
    {
        var stops = new StopSequences("\nUser:");
        Assert.That(stops.Append("Hello"), Is.EqualTo("Hello"));
        Assert.That(stops.Append("\n"), Is.Empty, "may be the beginning");
        Assert.That(stops.Append("Us"), Is.Empty);
        Assert.That(stops.Append("ually\nUs"), Is.EqualTo("\nUsually"), "it was not");
        Assert.That(stops.Append("er: hi"), Is.Empty);
        Assert.That(stops.Found, Is.True);
        Assert.That(stops.Append("more"), Is.Empty);
        Assert.That(stops.Flush(), Is.Empty);
    }

    [Test]
    public void What_was_held_back_comes_at_the_end()
    {
        var stops = new StopSequences("END");
        Assert.That(stops.Append("the EN"), Is.EqualTo("the "));
        Assert.That(stops.Flush(), Is.EqualTo("EN"));
        Assert.That(stops.Found, Is.False);
    }

    [Test]
    public void Of_two_that_end_together_the_longer_counts() =>
        Assert.That(new StopSequences("b", "ab").Append("xab"), Is.EqualTo("x"));

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public bool However_the_text_is_cut_the_result_is_that_of_the_whole(FsCheck.NonEmptyArray<byte> text, byte[] cuts, byte kind)
    {
        // Few letters, so that beginnings of stop strings are everywhere.
        var whole = new string([.. text.Get.Select(b => "aab"[b % 3])]);
        string[][] kinds = [["aab"], ["abab", "ba"], ["bb", "abb", "aaaa"], []];
        var wanted = kinds[kind % kinds.Length];
        var result = new StringBuilder();
        var stops = new StopSequences(wanted);
        var at = 0;
        for (var i = 0; at < whole.Length; i++)
        {
            var length = Math.Min(cuts is { Length: > 0 } ? 1 + (cuts[i % cuts.Length] % 5) : 1, whole.Length - at);
            result.Append(stops.Append(whole.Substring(at, length)));
            at += length;
            if (!Expected(whole, wanted).StartsWith(result.ToString(), StringComparison.Ordinal))
            {
                return false; // shown too early
            }
        }

        result.Append(stops.Flush());
        return result.ToString() == Expected(whole, wanted) && stops.Found == (Expected(whole, wanted).Length < whole.Length);
    }

    [Test]
    public void Empty_stop_strings_are_refused()
    {
        Assert.That(() => new StopSequences("a", ""), Throws.ArgumentException);
        Assert.That(() => new StopSequences(null!), Throws.ArgumentNullException);
    }

    // The first end of any stop string; of those that end there the longest.
    private static string Expected(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var hit = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (hit is not null)
            {
                return text[..(end - hit.Length)];
            }
        }

        return text;
    }
}
