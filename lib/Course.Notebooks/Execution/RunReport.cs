using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Course.Notebooks.Execution;

/// <summary>
/// The machine-readable report of <c>course run --json FILE</c>. Its JSON has the members of these records in snake_case;
/// <c>run-report.schema.json</c> beside this file is its JSON Schema.
/// </summary>
/// <param name="Started">When the run began (UTC).</param>
/// <param name="Seconds">How long it took in all.</param>
/// <param name="Device">The device asked for, or <see langword="null"/> for the default.</param>
/// <param name="Notebooks">One report per notebook, in the order they ran.</param>
public sealed record RunReport(DateTimeOffset Started, double Seconds, string? Device, IReadOnlyList<NotebookReport> Notebooks)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The version of this format; it changes when a member changes its meaning or goes.</summary>
    [JsonPropertyOrder(-1)]
    public string Schema => "course-run-report/1";

    /// <summary>Whether every notebook passed.</summary>
    public bool Passed => Notebooks.All(notebook => notebook.Passed);

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Writes the report; missing folders are made.</summary>
    public void Save(string path)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, ToJson());
    }
}
