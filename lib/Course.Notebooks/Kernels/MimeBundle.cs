using System.Text.Json.Nodes;

namespace Course.Notebooks.Kernels;

/// <summary>
/// One value in several representations, keyed by MIME type, as the Jupyter protocol sends it and an <c>.ipynb</c> stores it.
/// </summary>
/// <param name="Data">MIME type → content. Text types hold the text itself; JSON types hold the JSON text.</param>
public sealed record MimeBundle(IReadOnlyDictionary<string, string> Data)
{
    /// <summary>What is said about the representations (<c>metadata</c>), for example an image's size; usually nothing.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>A bundle with one representation.</summary>
    /// <param name="mimeType">For example <c>text/plain</c>.</param>
    /// <param name="content">The content in that representation.</param>
    public MimeBundle(string mimeType, string content)
        : this(new Dictionary<string, string> { [mimeType] = content })
    {
    }
}
