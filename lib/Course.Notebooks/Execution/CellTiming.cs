using System.Globalization;
using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>The times of a cell's run in its metadata, under the keys that nbclient writes (nbclient, "record_timing").</summary>
internal static class CellTiming
{
    private const string Input = "iopub.execute_input";
    private const string Busy = "iopub.status.busy";
    private const string Idle = "iopub.status.idle";
    private const string Reply = "shell.execute_reply";
    private static readonly string[] Keys = [Input, Busy, Idle, Reply];

    /// <summary>Writes the times that are known.</summary>
    public static void Write(NotebookCell cell, ExecutionTimes times)
    {
        if (cell.Metadata["execution"] is not JsonObject execution)
        {
            cell.Metadata["execution"] = execution = new JsonObject();
        }
        foreach (var (key, moment) in Keys.Zip([times.Input, times.Busy, times.Idle, times.Reply]))
        {
            if (moment is { } time)
            {
                execution[key] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>How long a cell's run took, where its times are known.</summary>
    public static TimeSpan? Duration(NotebookCell cell) =>
        cell.Metadata["execution"] is JsonObject execution && Moment(execution, Busy) is { } start && Moment(execution, Idle) is { } end
            ? end - start : null;

    /// <summary>Removes the times of an earlier run, which would otherwise contradict the new outputs.</summary>
    public static void Remove(NotebookCell cell)
    {
        if (cell.Metadata["execution"] is not JsonObject execution)
        {
            return;
        }
        var removed = Keys.Count(execution.Remove);
        if (removed > 0 && execution.Count == 0)
        {
            cell.Metadata.Remove("execution");
        }
    }

    /// <summary>The limit in <c>metadata.execution.timeout</c>, in seconds; <see langword="null"/> where there is none.</summary>
    public static TimeSpan? TimeoutIn(JsonObject metadata) =>
        metadata["execution"] is JsonObject execution && execution["timeout"] is JsonValue value
        && value.TryGetValue<double>(out var seconds) && seconds > 0 && seconds < TimeSpan.FromDays(30).TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static DateTimeOffset? Moment(JsonObject execution, string key) =>
        execution[key] is JsonValue value && value.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
