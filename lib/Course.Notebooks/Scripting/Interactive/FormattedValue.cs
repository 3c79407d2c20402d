using System.Text.Json.Nodes;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>One representation of a value.</summary>
public class FormattedValue
{
    /// <summary>Makes a representation.</summary>
    /// <param name="mimeType">Its MIME type.</param>
    /// <param name="value">Its content.</param>
    /// <exception cref="ArgumentException"><paramref name="mimeType"/> is empty.</exception>
    public FormattedValue(string mimeType, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mimeType);
        MimeType = mimeType;
        Value = value;
    }

    /// <summary>The MIME type.</summary>
    public string MimeType { get; }

    /// <summary>The content.</summary>
    public string Value { get; }

    /// <summary>Whether a front end should keep the representation without showing it.</summary>
    public bool SuppressDisplay { get; set; }

    /// <summary>
    /// What a front end should know of this representation, for example <c>{"width": 400}</c> of an image; usually nothing.
    /// (.NET Interactive has no such property.)
    /// </summary>
    public JsonObject? Metadata { get; set; }

    /// <summary>Formats a value in one representation, by default the one its type prefers.</summary>
    public static FormattedValue CreateSingleFromObject(object? value, string? mimeType = null)
    {
        mimeType ??= PreferredMimeTypes(value)[0];
        return new FormattedValue(mimeType, value.ToDisplayString(mimeType));
    }

    /// <summary>Formats a value in several representations, by default those its type prefers.</summary>
    public static IReadOnlyList<FormattedValue> CreateManyFromObject(object? value, params string[] mimeTypes)
    {
        if (mimeTypes is not { Length: > 0 })
        {
            mimeTypes = PreferredMimeTypes(value);
        }
        return [.. mimeTypes.Select(mimeType => CreateSingleFromObject(value, mimeType))];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{MimeType}: {(Value.Length > 50 ? Value[..50] + "..." : Value)}";

    private static string[] PreferredMimeTypes(object? value) =>
        Formatter.GetPreferredMimeTypesFor(value?.GetType()) is { Count: > 0 } preferred ? [.. preferred] : [Formatter.DefaultMimeType];
}
