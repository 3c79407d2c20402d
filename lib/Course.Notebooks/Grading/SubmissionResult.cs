using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Course.Notebooks.Grading;

/// <summary>The points of one cell.</summary>
/// <param name="Id">The cell's <c>grade_id</c>.</param>
/// <param name="Kind">Whether tests or a person judge.</param>
/// <param name="Score">The points; <see langword="null"/> while a person still has to judge.</param>
/// <param name="MaxPoints">The most points.</param>
/// <param name="Reason">Why it is not all of them, in the student's words; <see langword="null"/> when it is.</param>
public sealed record CellScore(string Id, GradeCellKind Kind, double? Score, double MaxPoints, string? Reason);

/// <summary>What became of one submitted notebook.</summary>
/// <param name="Student">The student's folder.</param>
/// <param name="Assignment">The assignment's folder.</param>
/// <param name="Notebook">The notebook's file without its extension.</param>
/// <param name="Fingerprint">A hash of all that the result depends on; a result with the same one need not be made again.</param>
/// <param name="Cells">The graded cells in reading order.</param>
/// <param name="Findings">What was put right in the notebook, and what an instructor should look at.</param>
/// <param name="Seconds">How long grading took.</param>
public sealed record SubmissionResult(
    string Student, string Assignment, string Notebook, string Fingerprint,
    IReadOnlyList<CellScore> Cells, IReadOnlyList<string> Findings, double Seconds)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The points so far.</summary>
    public double Score => Cells.Sum(cell => cell.Score ?? 0);

    /// <summary>The most points.</summary>
    public double MaxPoints => Cells.Sum(cell => cell.MaxPoints);

    /// <summary>Whether a person still has to judge an answer.</summary>
    public bool NeedsPerson => Cells.Any(cell => cell.Score is null);

    /// <summary>Writes the result; missing folders are made, and a run that is stopped leaves no half of a file.</summary>
    public void Save(string path)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, Json) + "\n");
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Reads a result; <see langword="null"/> when there is none that can be read, so that it is made again.</summary>
    public static SubmissionResult? TryLoad(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SubmissionResult>(File.ReadAllText(path), Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
