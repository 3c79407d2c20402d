using System.Text.Json.Nodes;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>
/// The outputs that a notebook holds before it runs, to compare with those of the run. How strictly, a cell may say itself: by
/// the tags <c>compare-skip</c> and <c>compare-tolerance=1e-2</c>, or in its metadata as
/// <c>"compare": {"skip": true, "tolerance": 1e-2, "absolute": 0.5}</c>, which the notebook's metadata may hold for all cells.
/// A tag counts before the cell's metadata, these before the notebook's, these before the run's tolerance.
/// </summary>
internal sealed class StoredOutputs
{
    private const string SkipTag = "compare-skip";
    private const string ToleranceTag = "compare-tolerance=";

    private readonly NotebookDocument document;
    private readonly NumericTolerance tolerance;
    private readonly Dictionary<NotebookCell, (bool Ran, IReadOnlyList<CellOutput> Outputs)> stored;

    /// <summary>Remembers a notebook's outputs.</summary>
    public StoredOutputs(NotebookDocument document, NumericTolerance tolerance)
    {
        this.document = document;
        this.tolerance = tolerance;
        stored = document.Cells.Where(cell => cell.Kind == CellKind.Code).ToDictionary(cell => cell, cell =>
        {
            IReadOnlyList<CellOutput> outputs = [.. cell.Outputs.Select(output => new CellOutput(output.Json.DeepClone().AsObject()))];
            return (cell.ExecutionCount is not null || outputs.Count > 0, outputs);
        });
    }

    /// <summary>In what a cell's outputs differ from those before the run; <see langword="null"/> when they do not.</summary>
    /// <param name="cell">A cell that ran.</param>
    /// <param name="number">Its number among the code cells.</param>
    public OutputDifference? Compare(NotebookCell cell, int number)
    {
        // A cell that sets parameters is new.
        if (!stored.TryGetValue(cell, out var before) || IsSkipped(cell))
        {
            return null;
        }
        if (!before.Ran)
        {
            return new OutputDifference(number, cell.Id, "", null, "nothing", "the outputs of this run",
                "the notebook holds no run of this cell to compare with; store one with --write");
        }
        var (limit, problem) = ToleranceOf(cell);
        return problem is not null ? new OutputDifference(number, cell.Id, "", null, problem, "", "the tolerance is no number from 0 on")
            : CellComparison.First(before.Outputs, cell.Outputs, limit) is { } found
                ? new OutputDifference(number, cell.Id, found.Output, found.Line, found.Stored, found.Fresh, found.Why)
            : null;
    }

    private static bool IsSkipped(NotebookCell cell) =>
        cell.HasTag(SkipTag) || (Settings(cell.Metadata)?["skip"] as JsonValue)?.TryGetValue<bool>(out var skip) == true && skip;

    private (NumericTolerance Tolerance, string? Problem) ToleranceOf(NotebookCell cell)
    {
        var result = tolerance;
        foreach (var settings in (JsonObject?[])[Settings(document.Metadata), Settings(cell.Metadata)])
        {
            var (relative, absolute) = (Number(settings, "tolerance"), Number(settings, "absolute"));
            if (relative is null && settings?.ContainsKey("tolerance") == true || absolute is null && settings?.ContainsKey("absolute") == true)
            {
                return (result, settings.ToJsonString());
            }
            result = result with
            {
                Relative = relative ?? result.Relative,
                Absolute = absolute ?? result.Absolute,
                // What is said of a whole notebook is about its measurements; of one cell, about all that it prints.
                ForWholeNumbers = settings is not null && settings == Settings(cell.Metadata) && (relative ?? absolute) is not null,
            };
        }
        foreach (var tag in cell.Tags.Where(tag => tag.StartsWith(ToleranceTag, StringComparison.Ordinal)))
        {
            if (NumericTolerance.Parse(tag[ToleranceTag.Length..]) is not { } relative)
            {
                return (result, tag);
            }
            result = result with { Relative = relative, ForWholeNumbers = true };
        }
        return (result, null);
    }

    private static JsonObject? Settings(JsonObject metadata) => metadata["compare"] as JsonObject;

    private static double? Number(JsonObject? settings, string name) =>
        settings?[name] is JsonValue value && value.TryGetValue<double>(out var number) && number >= 0 && double.IsFinite(number) ? number : null;
}
