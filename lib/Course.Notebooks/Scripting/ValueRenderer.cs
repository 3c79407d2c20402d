using System.Text.Json.Nodes;
using Course.Notebooks.Kernels;
using Microsoft.DotNet.Interactive.Formatting;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Turns values into MIME bundles with Microsoft.DotNet.Interactive.Formatting. Every bundle has <c>text/plain</c> too: graders,
/// test tools and terminals read nothing else.
/// </summary>
internal static class ValueRenderer
{
    /// <summary>Renders a value in the representations asked for, or in those registered as preferred for its type.</summary>
    public static MimeBundle Render(object? value, params string[] mimeTypes) =>
        ToBundle(value, FormattedValue.CreateManyFromObject(value, mimeTypes));

    /// <summary>Renders a cell's result, which may be representations the cell has made itself.</summary>
    public static MimeBundle RenderResult(object? value) => value switch
    {
        FormattedValue formatted => ToBundle(null, [formatted]),
        IEnumerable<FormattedValue> formatted => ToBundle(null, [.. formatted]),
        _ => Render(value),
    };

    /// <summary>Adds the plain text to representations made before.</summary>
    /// <param name="value">What they represent; <see langword="null"/> also when only they are known.</param>
    /// <param name="formatted">The representations.</param>
    public static MimeBundle ToBundle(object? value, IReadOnlyList<FormattedValue> formatted)
    {
        var data = new Dictionary<string, string>();
        JsonObject? metadata = null;
        foreach (var representation in formatted)
        {
            data[representation.MimeType] = representation.Value;
            if (representation.Metadata is { Count: > 0 } about)
            {
                // Jupyter keeps what is said of a representation under the name of its type.
                (metadata ??= [])[representation.MimeType] = about.DeepClone();
            }
        }
        if (!data.ContainsKey(PlainTextFormatter.MimeType))
        {
            data[PlainTextFormatter.MimeType] = PlainText.Of(value, data);
        }
        return new MimeBundle(data) { Metadata = metadata };
    }
}
