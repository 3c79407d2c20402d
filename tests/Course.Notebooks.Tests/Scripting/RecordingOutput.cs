using System.Text;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>Collects what a cell shows.</summary>
internal sealed class RecordingOutput : IKernelOutput
{
    private readonly Lock gate = new();
    private readonly List<(string Kind, string Text)> events = [];
    private readonly List<MimeBundle> displays = [];
    private readonly List<(MimeBundle Bundle, string Id)> updates = [];
    private readonly List<string?> displayIds = [];

    /// <summary>Called for each piece of stream text, on the delivering thread.</summary>
    public Action<string>? OnStream { get; init; }

    public string Out => Text("stdout");

    public string Error => Text("stderr");

    public IReadOnlyList<(string Kind, string Text)> Events => Read(events);

    public IReadOnlyList<MimeBundle> Displays => Read(displays);

    public IReadOnlyList<(MimeBundle Bundle, string Id)> Updates => Read(updates);

    public IReadOnlyList<string?> DisplayIds => Read(displayIds);

    public void Stream(string name, string text)
    {
        lock (gate)
        {
            events.Add((name, text));
        }
        OnStream?.Invoke(text);
    }

    public void Display(MimeBundle bundle, string? displayId = null)
    {
        lock (gate)
        {
            events.Add(("display", bundle.Data["text/plain"]));
            displays.Add(bundle);
            displayIds.Add(displayId);
        }
    }

    public void UpdateDisplay(MimeBundle bundle, string displayId)
    {
        lock (gate)
        {
            events.Add(("update", bundle.Data["text/plain"]));
            updates.Add((bundle, displayId));
        }
    }

    public void ClearOutput(bool wait)
    {
        lock (gate)
        {
            events.Add(("clear", wait.ToString()));
        }
    }

    private string Text(string stream)
    {
        var text = new StringBuilder();
        foreach (var (kind, piece) in Events)
        {
            if (kind == stream)
            {
                text.Append(piece);
            }
        }
        return text.ToString();
    }

    private T[] Read<T>(List<T> list)
    {
        lock (gate)
        {
            return [.. list];
        }
    }
}
