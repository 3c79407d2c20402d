using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing.Cleaning;

namespace Course.Notebooks.Publishing;

/// <summary>The images that a Markdown cell carries (nbformat, "Cell attachments"); only images are handed out.</summary>
/// <param name="json">The cell's <c>attachments</c>, if it has any.</param>
internal readonly struct Attachments(JsonObject? json)
{
    private const string Scheme = "attachment:";

    /// <summary>No attachments.</summary>
    public static Attachments None => default;

    /// <summary>Those of a cell.</summary>
    public static Attachments Of(NotebookCell cell) => new(cell.Json["attachments"] as JsonObject);

    /// <summary>The image behind an <c>attachment:</c> address as a <c>data:</c> address, or <see langword="null"/>.</summary>
    public string? Find(string address)
    {
        if (!address.StartsWith(Scheme, StringComparison.Ordinal) || json?[Uri.UnescapeDataString(address[Scheme.Length..])] is not JsonObject bundle)
        {
            return null;
        }
        foreach (var (mimeType, data) in bundle)
        {
            var image = data is JsonValue value && value.TryGetValue<string>(out var base64) ? $"data:{mimeType};base64,{base64}" : "";
            if (DataImages.IsRaster(image) || DataImages.Drawing(image) is not null)
            {
                return image;
            }
        }
        return null;
    }
}
