namespace Course.Notebooks.Documents;

/// <summary>How nbformat stores the representations of an output.</summary>
public static class MimeTypes
{
    /// <summary>Plain text, which every output should carry.</summary>
    public const string PlainText = "text/plain";

    /// <summary>HTML.</summary>
    public const string Html = "text/html";

    /// <summary>Whether the content is JSON and therefore stored as a JSON value, not as a string.</summary>
    /// <param name="mimeType">For example <c>application/vnd.plotly.v1+json</c>.</param>
    public static bool IsJson(string mimeType) =>
        mimeType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || mimeType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the content is text that files hold line by line; other strings (an image's base64) stay whole.</summary>
    /// <param name="mimeType">For example <c>text/html</c> or <c>image/svg+xml</c>.</param>
    public static bool IsLines(string mimeType) =>
        !IsJson(mimeType)
        && (mimeType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || mimeType.Equals("image/svg+xml", StringComparison.OrdinalIgnoreCase)
            || mimeType.Equals("application/javascript", StringComparison.OrdinalIgnoreCase));
}
