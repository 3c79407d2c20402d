using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;
using Course.Notebooks.Publishing.Cleaning;

namespace Course.Notebooks.Publishing;

/// <summary>What a cell printed and displayed, as HTML: of each display the richest form that a page can show.</summary>
/// <param name="cleaner">Makes HTML safe.</param>
/// <param name="markdown">Renders Markdown.</param>
/// <param name="isTrusted">Whether scripts in outputs are kept.</param>
internal sealed class OutputRenderer(HtmlCleaner cleaner, MarkdownRenderer markdown, bool isTrusted)
{
    private readonly HtmlCleaner pictures = isTrusted ? new HtmlCleaner(isTrusted: false) : cleaner;

    private const string PlotlyType = "application/vnd.plotly.v1+json";
    private const int MaxTextLength = 200_000;

    // Escapes <, > and &, so that nothing in the data can end the element it stands in.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>Renders the outputs of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> ToHtmlAsync(NotebookCell cell, PageContext page, CancellationToken cancellation)
    {
        var html = new StringBuilder();
        foreach (var output in cell.Outputs)
        {
            html.Append(output.Type switch
            {
                "stream" => Text(output.Text ?? "", output.Name == "stderr" ? "stream stderr" : "stream"),
                "error" => Text(string.Join('\n', output.Traceback.DefaultIfEmpty($"{output.Name}: {output.Text}")), "error"),
                _ => output.Bundle is { } bundle ? await DisplayAsync(bundle, page, cancellation).ConfigureAwait(false) : "",
            });
        }
        return html.ToString();
    }

    private async Task<string> DisplayAsync(MimeBundle bundle, PageContext page, CancellationToken cancellation)
    {
        var data = bundle.Data;
        if (data.TryGetValue(PlotlyType, out var figure) && Figure(figure) is { } json)
        {
            return Chart(data, json);
        }
        if (data.TryGetValue(MimeTypes.Html, out var html))
        {
            return $"<div class=\"display\">{CleanHtml(html)}</div>";
        }
        if (data.TryGetValue("text/markdown", out var text))
        {
            return $"<div class=\"display\">{await markdown.ToHtmlAsync(text, page, Attachments.None, cancellation).ConfigureAwait(false)}</div>";
        }
        if (data.TryGetValue("text/latex", out var latex))
        {
            return $"<div class=\"formula\">{MarkdownRenderer.Formula(Undelimited(latex), true, page)}</div>";
        }
        if (data.TryGetValue("image/svg+xml", out var svg) && pictures.Drawing(svg, null) is { } drawing)
        {
            return $"<div class=\"display\">{drawing}</div>";
        }
        foreach (var type in new[] { "image/png", "image/jpeg", "image/gif", "image/webp" })
        {
            if (data.TryGetValue(type, out var base64) && $"data:{type};base64,{base64.ReplaceLineEndings("")}" is var address && DataImages.IsRaster(address))
            {
                var description = WebUtility.HtmlEncode(data.GetValueOrDefault(MimeTypes.PlainText, "output of the cell"));
                return $"<div class=\"display\"><img alt=\"{description}\" src=\"{address}\"></div>";
            }
        }
        if (data.TryGetValue("application/javascript", out var script))
        {
            return isTrusted
                ? $"<script>{script.Replace("</", "<\\/", StringComparison.Ordinal)}</script>"
                : "<p class=\"note\">This cell's output is a script. The book does not run scripts of notebooks.</p>";
        }
        if (data.TryGetValue("application/json", out var value))
        {
            return Text(value, "result");
        }
        return data.TryGetValue(MimeTypes.PlainText, out var plain) ? Text(plain, "result") : "";
    }

    /// <summary>The static picture, which is there at once and on paper, with the chart's data beside it.</summary>
    private string Chart(IReadOnlyDictionary<string, string> data, string json)
    {
        var slots = new Slots();
        var still = "";
        if (data.TryGetValue(MimeTypes.Html, out var html))
        {
            // Of the HTML form only the picture is wanted: the book draws the chart itself, with its one copy of the library.
            var body = pictures.Clean(html, slots);
            still = string.Concat(body.QuerySelectorAll(Slots.Tag + ",img").Select(element => element.OuterHtml));
        }
        return $"<div class=\"chart\"><div class=\"still\">{slots.Fill(still)}</div><script type=\"application/json\">{json}</script></div>";
    }

    private static string? Figure(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject { } figure && figure["data"] is JsonArray
                ? new JsonObject { ["data"] = figure["data"]!.DeepClone(), ["layout"] = figure["layout"]?.DeepClone() ?? new JsonObject() }.ToJsonString(Json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string CleanHtml(string html)
    {
        var slots = new Slots();
        var body = cleaner.Clean(html, slots);
        foreach (var element in isTrusted ? [] : body.QuerySelectorAll("[id]").ToArray())
        {
            element.RemoveAttribute("id");
        }
        return slots.Fill(body.InnerHtml);
    }

    private static string Text(string text, string kind)
    {
        var plain = AnsiText.Plain(text).TrimEnd('\n', '\r');
        var shown = plain.Length > MaxTextLength ? plain[..MaxTextLength] + "\n… (the rest is in the notebook)" : plain;
        return $"<pre class=\"{kind}\">{WebUtility.HtmlEncode(shown)}</pre>";
    }

    private static string Undelimited(string latex)
    {
        var text = latex.Trim();
        foreach (var (open, close) in new[] { ("$$", "$$"), (@"\[", @"\]"), (@"\(", @"\)"), ("$", "$") })
        {
            if (text.Length >= open.Length + close.Length && text.StartsWith(open, StringComparison.Ordinal) && text.EndsWith(close, StringComparison.Ordinal))
            {
                return text[open.Length..^close.Length];
            }
        }
        return text;
    }
}
