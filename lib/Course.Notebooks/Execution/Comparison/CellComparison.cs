using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>
/// Compares the outputs of one cell.
/// <list type="bullet">
/// <item>Standard output as a whole, wherever it stood between displays. Standard error is left out: what is there is about
/// the machine.</item>
/// <item>Displays and the result in order, each by the best representation that both have: expected-result cards by their
/// values, then plain text, HTML as its text, Markdown, LaTeX, JSON. Of pictures it counts that they are there: their bytes
/// change with fonts and versions.</item>
/// <item>Of an error its type and its message.</item>
/// </list>
/// </summary>
internal static class CellComparison
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What differs, without its cell.</summary>
    public sealed record Found(string Output, int? Line, string Stored, string Fresh, string Why);

    /// <summary>The first difference, or <see langword="null"/>.</summary>
    public static Found? First(IReadOnlyList<CellOutput> stored, IReadOnlyList<CellOutput> fresh, NumericTolerance tolerance)
    {
        // An error explains all else that is missing.
        if (Errors(stored, fresh, tolerance) is { } error)
        {
            return error;
        }
        if (Text("printed text", Printed(stored), Printed(fresh), tolerance) is { } printed)
        {
            return printed;
        }
        var (before, after) = (Displays(stored), Displays(fresh));
        for (var i = 0; i < Math.Min(before.Count, after.Count); i++)
        {
            if (Bundles(FormattableString.Invariant($"output {i + 1}"), before[i], after[i], tolerance) is { } difference)
            {
                return difference;
            }
        }
        return before.Count == after.Count ? null : new Found("", null, Count(before.Count), Count(after.Count), "the number of displayed outputs differs");
    }

    private static Found? Errors(IReadOnlyList<CellOutput> stored, IReadOnlyList<CellOutput> fresh, NumericTolerance tolerance)
    {
        var (before, after) = (stored.FirstOrDefault(output => output.Type == "error"), fresh.FirstOrDefault(output => output.Type == "error"));
        return (before, after) switch
        {
            (null, null) => null,
            (null, { } now) => new Found("error", null, "no error", $"{now.Name}: {now.Text}", "there was no error"),
            ({ } then, null) => new Found("error", null, $"{then.Name}: {then.Text}", "no error", "the error is gone"),
            ({ } then, { } now) when then.Name != now.Name => new Found("error", null, then.Name ?? "", now.Name ?? "", "the type of the error differs"),
            ({ } then, { } now) => Text("error", then.Text ?? "", now.Text ?? "", tolerance),
        };
    }

    private static Found? Bundles(string place, MimeBundle stored, MimeBundle fresh, NumericTolerance tolerance)
    {
        var (before, after) = (stored.Data, fresh.Data);
        var shared = before.Keys.Where(after.ContainsKey).ToArray();
        if (shared.Length == 0 && (before.Count > 0 || after.Count > 0))
        {
            return new Found(place, null, string.Join(", ", before.Keys), string.Join(", ", after.Keys), "the kind of output differs");
        }
        var best = shared.Select(type => (Rank: Rank(type, before[type]), Type: type)).Where(pair => pair.Rank < int.MaxValue)
            .OrderBy(pair => pair.Rank).Select(pair => pair.Type).FirstOrDefault();
        return best switch
        {
            null => null,
            ResultCard.MimeType => Cards(place, before[best], after[best], tolerance),
            MimeTypes.Html => Text(place, HtmlText.Of(before[best]), HtmlText.Of(after[best]), tolerance),
            _ when MimeTypes.IsJson(best) => Text(place, Indent(before[best]), Indent(after[best]), tolerance),
            _ => Text(place, before[best], after[best], tolerance),
        };
    }

    // The lower, the more it says with the least that does not matter.
    private static int Rank(string mimeType, string stored) => mimeType switch
    {
        ResultCard.MimeType => 0,
        MimeTypes.PlainText when stored.Length > 0 => 1,
        MimeTypes.Html => 2,
        "text/markdown" => 3,
        "text/latex" => 4,
        _ when mimeType.StartsWith("text/", StringComparison.Ordinal) => 5,
        _ when MimeTypes.IsJson(mimeType) => 6,
        _ => int.MaxValue,
    };

    // An author who gives a result a band has said how much it may vary.
    private static Found? Cards(string place, string stored, string fresh, NumericTolerance tolerance)
    {
        var (before, after) = (ResultCard.Parse(stored, 0).ToArray(), ResultCard.Parse(fresh, 0).ToArray());
        if (!before.Select(card => (card.Metric, card.Unit)).SequenceEqual(after.Select(card => (card.Metric, card.Unit))))
        {
            return new Found(place, null, Names(before), Names(after), "the metrics of the expected result differ");
        }
        foreach (var (then, now) in before.Zip(after))
        {
            var hasBand = (now.Low, now.High) is not (null, null);
            var isTime = now.Unit is "s" or "ms" or "min" || now.Unit.EndsWith("/s", StringComparison.Ordinal);
            if (hasBand ? now.Within : isTime || then.Value == now.Value)
            {
                continue;
            }
            if (hasBand)
            {
                return new Found(place, null, then.ToString(), now.ToString(), "the value has left its band");
            }
            if (Text(place, then.ToString(), now.ToString(), tolerance) is { } difference)
            {
                return difference with { Line = null };
            }
        }
        return null;

        static string Names(ResultCard[] cards) => string.Join(", ", cards.Select(card => card.Metric));
    }

    private static Found? Text(string place, string stored, string fresh, NumericTolerance tolerance) =>
        TextComparison.First(stored, fresh, tolerance) is { } difference
            ? new Found(place, difference.Line, difference.Stored, difference.Fresh, difference.Why) : null;

    private static string Printed(IReadOnlyList<CellOutput> outputs) =>
        string.Concat(outputs.Where(output => output is { Type: "stream", Name: "stdout" }).Select(output => output.Text));

    private static List<MimeBundle> Displays(IReadOnlyList<CellOutput> outputs) =>
        [.. outputs.Where(output => output.Type is "display_data" or "execute_result").Select(output => output.Bundle ?? new MimeBundle(new Dictionary<string, string>()))];

    private static string Indent(string json)
    {
        try
        {
            return JsonNode.Parse(json)?.ToJsonString(Indented) ?? "null";
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static string Count(int outputs) => FormattableString.Invariant($"{outputs} displayed");
}
