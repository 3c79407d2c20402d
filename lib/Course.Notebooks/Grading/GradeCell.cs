using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Grading;

/// <summary>What a cell of an assignment is for.</summary>
public enum GradeCellKind
{
    /// <summary>Text or code that students read and run, but do not change.</summary>
    ReadOnly,

    /// <summary>The student's answer, which tests in other cells judge.</summary>
    Answer,

    /// <summary>Tests that give points when they end without an error.</summary>
    Tests,

    /// <summary>The student's answer, which a person judges.</summary>
    Manual,

    /// <summary>A task in words; the student adds cells below it, which a person judges.</summary>
    Task,
}

/// <summary>
/// The member <c>nbgrader</c> of a cell's metadata, schema version 3 (nbgrader.readthedocs.io, "Cell metadata"). One file so
/// serves both this grader and nbgrader.
/// </summary>
/// <param name="Id">The cell's name in grade books: letters, digits, <c>_</c> and <c>-</c>, unique in its notebook.</param>
/// <param name="Grade">Whether the cell has points.</param>
/// <param name="Locked">Whether students must leave it as it is.</param>
/// <param name="Solution">Whether students write here.</param>
/// <param name="Task">Whether it poses a task that students answer in cells of their own.</param>
/// <param name="Points">The most points it can give; <see langword="null"/> where it has none.</param>
/// <param name="Checksum">On a released cell, see <see cref="CellChecksum"/>.</param>
public sealed partial record GradeCell(
    string Id, bool Grade, bool Locked, bool Solution, bool Task = false, double? Points = null, string? Checksum = null)
{
    /// <summary>The member of the cell's metadata.</summary>
    public const string Key = "nbgrader";

    /// <summary>The schema that is read and written.</summary>
    public const int SchemaVersion = 3;

    /// <summary>No cell is worth more; also keeps all sums exact.</summary>
    public const double MaxPoints = 100_000;

    /// <summary>What the cell is for.</summary>
    public GradeCellKind Kind => (Task, Grade, Solution) switch
    {
        (true, _, _) => GradeCellKind.Task,
        (_, true, true) => GradeCellKind.Manual,
        (_, true, false) => GradeCellKind.Tests,
        (_, false, true) => GradeCellKind.Answer,
        _ => GradeCellKind.ReadOnly,
    };

    /// <summary>Whether the grader puts the released text back: what students write stays, tests are locked whatever the flag says.</summary>
    public bool IsLocked => !Solution && (Grade || Locked);

    /// <summary>Whether a submission is to contain this cell as it was released.</summary>
    public bool IsRestored => IsLocked || Task;

    /// <summary>Whether a cell carries the member at all, right or wrong.</summary>
    public static bool IsOn(NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.Metadata[Key] is JsonObject { Count: > 0 };
    }

    /// <summary>The name in a cell's metadata, also where the rest of it is wrong; <see langword="null"/> where there is none.</summary>
    public static string? IdOf(NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.Metadata[Key] is JsonObject json && json["grade_id"] is JsonValue value && value.TryGetValue<string>(out var id) ? id : null;
    }

    /// <summary>Reads a cell's metadata.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns><see langword="null"/> when the cell has none.</returns>
    /// <exception cref="GradingException">The metadata is wrong; there is a sentence for every mistake.</exception>
    public static GradeCell? Read(NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.Metadata[Key] is not { } node || node is JsonObject { Count: 0 })
        {
            return null;
        }
        var reader = new MetadataReader(cell.Id, node as JsonObject);
        var read = new GradeCell(
            reader.Id(), reader.Flag("grade", required: true), reader.Flag("locked", required: true),
            reader.Flag("solution", required: true), reader.Flag("task", required: false), reader.Points(), reader.Text("checksum"));
        reader.Check(read, cell);
        return reader.Problems.Count == 0 ? read : throw new GradingException(reader.Problems);
    }

    /// <summary>Writes the metadata; members this class does not know are kept.</summary>
    public void Write(NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var json = cell.Metadata[Key] as JsonObject ?? [];
        json["cell_type"] = cell.Kind.ToString().ToLowerInvariant();
        Set("checksum", Checksum);
        json["grade"] = Grade;
        json["grade_id"] = Id;
        json["locked"] = Locked;
        Set("points", Points);
        json["schema_version"] = SchemaVersion;
        json["solution"] = Solution;
        json["task"] = Task;
        cell.Metadata[Key] = json.Parent is null ? json : json.DeepClone();

        void Set(string name, JsonNode? value)
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }

    /// <summary>Whether a text can be a <c>grade_id</c>.</summary>
    public static bool IsId(string text) => text.Length <= 200 && ValidId().IsMatch(text);

    [GeneratedRegex(@"\A[a-zA-Z0-9_\-]+\z")]
    private static partial Regex ValidId();

    /// <summary>Reads member by member and collects what is wrong.</summary>
    private sealed class MetadataReader(string cellId, JsonObject? json)
    {
        public List<string> Problems { get; } = json is null ? [$"Cell {cellId}: metadata.{Key} is an object."] : [];

        public string Id()
        {
            var id = Text("grade_id") ?? "";
            if (json is not null && !IsId(id))
            {
                Add($"grade_id '{Shorten(id)}' must consist of letters, digits, '_' and '-'.");
            }
            return id;
        }

        public bool Flag(string name, bool required)
        {
            if (json?[name] is JsonValue value && value.TryGetValue<bool>(out var flag))
            {
                return flag;
            }
            if (json is not null && (required || json[name] is not null))
            {
                Add($"'{name}' must be true or false.");
            }
            return false;
        }

        public string? Text(string name)
        {
            if (json?[name] is null)
            {
                return null;
            }
            if (json[name] is JsonValue value && value.TryGetValue<string>(out var text))
            {
                return text;
            }
            Add($"'{name}' must be a text.");
            return null;
        }

        public double? Points()
        {
            if (json?["points"] is null)
            {
                return null;
            }
            if (json["points"] is JsonValue value && value.TryGetValue<double>(out var points) && points is >= 0 and <= MaxPoints)
            {
                return points;
            }
            Add("'points' must be a number from 0 to 100000.");
            return null;
        }

        public void Check(GradeCell read, NotebookCell cell)
        {
            if (json is null)
            {
                return;
            }
            if (json["schema_version"] is not JsonValue value || !value.TryGetValue<int>(out var version) || version != SchemaVersion)
            {
                Add($"'schema_version' must be {SchemaVersion}; 'nbgrader update' converts older files.");
            }
            var hasPoints = json["points"] is not null;
            if ((read.Grade || read.Task) && !hasPoints)
            {
                Add("a graded cell needs 'points'.");
            }
            if (!read.Grade && !read.Task && hasPoints)
            {
                Add("only a graded cell has 'points'; remove them or set 'grade' to true.");
            }
            if (read.Kind == GradeCellKind.Tests && cell.Kind != CellKind.Code)
            {
                Add("tests must be in a code cell; for an answer that a person grades set 'solution' to true as well.");
            }
            if (read.Kind == GradeCellKind.Answer && cell.Kind != CellKind.Code)
            {
                Add("no test can judge a text; set 'grade' to true and give it points to grade it by hand.");
            }
            if (cell.Kind == CellKind.Raw)
            {
                Add("a raw cell cannot be part of an assignment; make it code or Markdown.");
            }
            if (read.Task && (read.Grade || read.Solution || cell.Kind != CellKind.Markdown))
            {
                Add("a task is a Markdown cell with 'grade' and 'solution' false.");
            }
            if (read.Solution && read.Locked)
            {
                Add("a cell cannot be both 'solution' and 'locked'.");
            }
            if (Text("cell_type") is { } type && type != cell.Kind.ToString().ToLowerInvariant())
            {
                Add($"'cell_type' says {Shorten(type)}, the cell is {cell.Kind.ToString().ToLowerInvariant()}.");
            }
        }

        private void Add(string problem) =>
            Problems.Add($"Cell {(json?["grade_id"] is JsonValue id && id.TryGetValue<string>(out var name) && name.Length > 0 ? Shorten(name) : cellId)}: {problem}");

        private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
    }
}
