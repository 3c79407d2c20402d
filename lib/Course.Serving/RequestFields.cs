using System.Text.Json;

namespace Course.Serving;

/// <summary>Reads the fields of a JSON object, each of the type and in the range it should have.</summary>
/// <param name="root">The object.</param>
internal readonly struct RequestFields(JsonElement root)
{
    /// <summary>Whether a field is there and says something.</summary>
    public bool IsGiven(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        && !(value.ValueKind is JsonValueKind.Array && value.GetArrayLength() == 0)
        && !(value.ValueKind is JsonValueKind.String && value.GetString() is "none" or "auto");

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw ApiException.Invalid(name, $"'{name}' must be a text."),
    };

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw ApiException.Invalid(name, $"'{name}' must be true or false."),
    };

    public double? Number(string name, double low, double high) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && number >= low && number <= high => number,
        _ => throw ApiException.Invalid(name, FormattableString.Invariant($"'{name}' must be a number from {low} to {high}.")),
    };

    public int? Integer(string name, int low, int high) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= low && number <= high => number,
        _ => throw ApiException.Invalid(name, FormattableString.Invariant($"'{name}' must be a whole number from {low} to {high}.")),
    };

    public long? Long(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw ApiException.Invalid(name, $"'{name}' must be a whole number."),
    };

    private JsonElement? Find(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
