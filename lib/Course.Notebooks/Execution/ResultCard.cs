using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Execution;

/// <summary>
/// One line of an expected-result card that a notebook published: it displayed a bundle with the type <see cref="MimeType"/>
/// and the content <c>{"metrics": [{"metric": "accuracy", "value": 0.981, "low": 0.97, "high": 1, "unit": "%"}]}</c>, or just
/// one such metric without the list.
/// </summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The measured value, or <see langword="null"/> when it is not finite.</param>
/// <param name="Low">The lower end of the band it should be in, or <see langword="null"/> when there is none.</param>
/// <param name="High">The upper end, or <see langword="null"/>.</param>
/// <param name="Unit">The unit; empty when there is none.</param>
/// <param name="Cell">The number of the code cell that published it, from 1.</param>
public sealed record ResultCard(string Metric, double? Value, double? Low, double? High, string Unit, int Cell)
{
    /// <summary>The MIME type under which a card is displayed.</summary>
    public const string MimeType = "application/vnd.course.card+json";

    /// <summary>Whether the value is in its band.</summary>
    public bool Within => Value >= (Low ?? double.NegativeInfinity) && Value <= (High ?? double.PositiveInfinity);

    /// <summary>The line in a few words, for example <c>accuracy 0.981 (0.97–1)</c>.</summary>
    public override string ToString()
    {
        var value = Value is { } number ? Invariant($"{number:G4}") : "not finite";
        var unit = Unit.Length == 0 ? "" : " " + Unit;
        return $"{Metric} {value}{unit}" + (Low, High) switch
        {
            (null, null) => "",
            (null, { } high) => Invariant($" (≤ {high:G4})"),
            ({ } low, null) => Invariant($" (≥ {low:G4})"),
            ({ } low, { } high) => Invariant($" ({low:G4}–{high:G4})"),
        };
    }

    /// <summary>The cards that an executed notebook holds, in order.</summary>
    public static IReadOnlyList<ResultCard> In(NotebookDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return [.. document.Cells.Where(cell => cell.Kind == CellKind.Code).SelectMany((cell, index) => cell.Outputs
            .Select(output => output.Bundle?.Data.GetValueOrDefault(MimeType)).OfType<string>().SelectMany(json => Parse(json, index + 1)))];
    }

    /// <summary>Reads the content of a bundle; what is no metric is passed over.</summary>
    internal static IEnumerable<ResultCard> Parse(string json, int cell)
    {
        JsonObject? card;
        try
        {
            card = JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return [];
        }
        return card?["metrics"] is JsonArray metrics
            ? metrics.Select(metric => One(metric as JsonObject, cell)).OfType<ResultCard>()
            : One(card, cell) is { } only ? [only] : [];
    }

    private static ResultCard? One(JsonObject? json, int cell) =>
        Text(json, "metric") is { } metric && json!.ContainsKey("value")
            ? new ResultCard(metric, Number(json, "value"), Number(json, "low"), Number(json, "high"), Text(json, "unit") ?? "", cell)
            : null;

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static double? Number(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
