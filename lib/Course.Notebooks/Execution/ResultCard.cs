using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Execution;

/// <summary>
/// An expected result a notebook published: it displayed a bundle with the type <see cref="MimeType"/> and the content
/// <c>{"metric": "accuracy", "value": 0.981, "low": 0.97, "high": 1}</c>.
/// </summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Low">The lower end of the band it should be in, or <see langword="null"/> when there is none.</param>
/// <param name="High">The upper end, or <see langword="null"/>.</param>
/// <param name="Cell">The number of the code cell that published it, from 1.</param>
public sealed record ResultCard(string Metric, double Value, double? Low, double? High, int Cell)
{
    /// <summary>The MIME type under which a card is displayed.</summary>
    public const string MimeType = "application/vnd.course.card+json";

    /// <summary>Whether the value is in its band.</summary>
    public bool Within => Value >= (Low ?? double.NegativeInfinity) && Value <= (High ?? double.PositiveInfinity);

    /// <summary>The card in a few words, for example <c>accuracy 0.981 (0.97–1)</c>.</summary>
    public override string ToString() => (Low, High) switch
    {
        (null, null) => Invariant($"{Metric} {Value:G4}"),
        (null, _) => Invariant($"{Metric} {Value:G4} (≤ {High:G4})"),
        (_, null) => Invariant($"{Metric} {Value:G4} (≥ {Low:G4})"),
        _ => Invariant($"{Metric} {Value:G4} ({Low:G4}–{High:G4})"),
    };

    /// <summary>Reads the content of a bundle.</summary>
    /// <returns>The card, or <see langword="null"/> when the content is none.</returns>
    internal static ResultCard? Parse(string json, int cell)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject card
                && card["metric"] is JsonValue metric && metric.TryGetValue<string>(out var name)
                && Number(card["value"]) is { } value
                ? new ResultCard(name, value, Number(card["low"]), Number(card["high"]), cell)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
