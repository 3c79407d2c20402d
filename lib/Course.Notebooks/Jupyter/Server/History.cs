using System.IO.Enumeration;
using System.Text.Json.Nodes;
using Course.Notebooks.Jupyter.Messages;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>The cells this kernel has run. It remembers one session, the current one, and writes nothing to disk.</summary>
internal sealed class History
{
    private const int Session = 1;

    /// <summary>What a month of work does not reach; a program that sends cells in a loop does.</summary>
    private const int MaxEntries = 10_000;

    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    /// <summary>Remembers a cell.</summary>
    public void Add(int number, string source, string? result)
    {
        lock (gate)
        {
            entries.Add(new Entry(number, source, result));
            if (entries.Count > MaxEntries)
            {
                entries.RemoveRange(0, MaxEntries / 10);
            }
        }
    }

    /// <summary>Looks cells up.</summary>
    public HistoryReply Find(HistoryRequest request)
    {
        Entry[] all;
        lock (gate)
        {
            all = [.. entries];
        }
        var found = request.HistAccessType switch
        {
            "tail" => Last(all, request.N),
            "range" => Range(all, request),
            "search" => Last(Search(all, request), request.N),
            _ => [],
        };
        return new HistoryReply([.. found.Select(entry => ToJson(entry, request.Output))]);
    }

    private static IEnumerable<Entry> Last(IEnumerable<Entry> entries, int? n) => n is { } count ? entries.TakeLast(count) : entries;

    // Session 0 is the current one; earlier ones, at -1, -2 …, are not remembered.
    private static IEnumerable<Entry> Range(IEnumerable<Entry> entries, HistoryRequest request) =>
        request.Session is 0 or Session
            ? entries.Where(entry => entry.Number >= request.Start && (request.Stop is not { } stop || entry.Number < stop))
            : [];

    private static IEnumerable<Entry> Search(IEnumerable<Entry> entries, HistoryRequest request)
    {
        var pattern = request.Pattern ?? "*";
        var found = entries.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Source, ignoreCase: false));
        // Of equal sources the last one stays, where it stood.
        return request.Unique ? found.Reverse().DistinctBy(entry => entry.Source).Reverse() : found;
    }

    private static JsonArray ToJson(Entry entry, bool withOutput) =>
        [Session, entry.Number, withOutput ? new JsonArray(entry.Source, entry.Result) : entry.Source];

    private sealed record Entry(int Number, string Source, string? Result);
}
