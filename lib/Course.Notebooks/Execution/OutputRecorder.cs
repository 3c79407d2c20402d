using System.Globalization;
using System.Text;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// Collects what the cells of one run show, as a notebook stores it: adjacent text of one stream is one output, an update
/// changes the display it names in whatever cell that stands, and a flood is cut off with a line that says so.
/// </summary>
/// <param name="maxCharsPerCell">How many characters one cell's outputs may have in all.</param>
internal sealed class OutputRecorder(long maxCharsPerCell)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Item>> displays = new(StringComparer.Ordinal);

    /// <summary>A new cell's record; it goes on accepting output after the cell's end.</summary>
    public CellRecord NewCell() => new(this);

    /// <summary>What one cell has shown so far.</summary>
    public sealed class CellRecord : IKernelOutput
    {
        private readonly OutputRecorder run;
        private readonly List<Item> items = [];
        private bool clearAtNext;
        private long chars;
        private bool full;

        internal CellRecord(OutputRecorder run) => this.run = run;

        public void Stream(string name, string text)
        {
            if (text.Length == 0)
            {
                return;
            }
            lock (run.gate)
            {
                BeforeOutput();
                text = Admit(text);
                if (items.LastOrDefault() is { Text: { } last } item && item.Name == name)
                {
                    last.Append(text);
                }
                else if (text.Length > 0)
                {
                    items.Add(new Item { Name = name, Text = new StringBuilder(text) });
                }
                NoteFlood();
            }
        }

        public void Display(MimeBundle bundle, string? displayId = null)
        {
            lock (run.gate)
            {
                BeforeOutput();
                if (!Admit(bundle))
                {
                    return;
                }
                var item = new Item { Bundle = bundle };
                items.Add(item);
                if (displayId is not null)
                {
                    run.ItemsOf(displayId).Add(item);
                }
            }
        }

        public void UpdateDisplay(MimeBundle bundle, string displayId)
        {
            lock (run.gate)
            {
                // An update takes the place of something, so only its own size counts.
                if (bundle.Data.Sum(pair => (long)pair.Value.Length) > run.MaxChars)
                {
                    return;
                }
                foreach (var item in run.ItemsOf(displayId))
                {
                    item.Bundle = bundle;
                }
            }
        }

        public void ClearOutput(bool wait)
        {
            lock (run.gate)
            {
                if (wait)
                {
                    clearAtNext = true;
                }
                else
                {
                    Clear();
                }
            }
        }

        /// <summary>Adds the cell's result.</summary>
        public void Result(MimeBundle bundle, int executionCount)
        {
            lock (run.gate)
            {
                BeforeOutput();
                if (Admit(bundle))
                {
                    items.Add(new Item { Bundle = bundle, ExecutionCount = executionCount });
                }
            }
        }

        /// <summary>Adds what stopped the cell. An error is never left out.</summary>
        public void Error(KernelError error)
        {
            lock (run.gate)
            {
                BeforeOutput();
                items.Add(new Item { Error = error });
            }
        }

        /// <summary>The outputs as a notebook stores them.</summary>
        public IReadOnlyList<CellOutput> ToOutputs()
        {
            lock (run.gate)
            {
                return [.. items.Select(item => item.ToOutput())];
            }
        }

        /// <summary>What the cell displays now under a MIME type.</summary>
        public IReadOnlyList<string> ContentOf(string mimeType)
        {
            lock (run.gate)
            {
                return [.. items.Select(item => item.Bundle?.Data.GetValueOrDefault(mimeType)).OfType<string>()];
            }
        }

        private void BeforeOutput()
        {
            if (clearAtNext)
            {
                clearAtNext = false;
                Clear();
            }
        }

        private void Clear()
        {
            foreach (var list in run.displays.Values)
            {
                list.RemoveAll(items.Contains);
            }
            items.Clear();
            chars = 0;
            full = false;
        }

        private string Admit(string text)
        {
            var room = (int)Math.Clamp(run.MaxChars - chars, 0, text.Length);
            chars += text.Length;
            return text[..room];
        }

        private bool Admit(MimeBundle bundle)
        {
            var length = bundle.Data.Sum(pair => (long)pair.Value.Length);
            var fits = chars + length <= run.MaxChars;
            chars += fits ? length : run.MaxChars;
            NoteFlood();
            return fits;
        }

        private void NoteFlood()
        {
            if (chars > run.MaxChars && !full)
            {
                full = true;
                items.Add(new Item
                {
                    Name = "stdout",
                    Text = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
                        $"\n[The rest is left out: this cell's output is over the limit of {run.MaxChars:N0} characters.]\n")),
                });
            }
        }
    }

    private long MaxChars => maxCharsPerCell;

    private List<Item> ItemsOf(string displayId)
    {
        if (!displays.TryGetValue(displayId, out var list))
        {
            displays[displayId] = list = [];
        }
        return list;
    }

    /// <summary>One output in the making.</summary>
    internal sealed class Item
    {
        public string? Name { get; init; }

        public StringBuilder? Text { get; init; }

        public MimeBundle? Bundle { get; set; }

        public int? ExecutionCount { get; init; }

        public KernelError? Error { get; init; }

        public CellOutput ToOutput() => this switch
        {
            { Text: { } text } => CellOutput.Stream(Name!, text.ToString()),
            { Error: { } error } => CellOutput.Error(error),
            { ExecutionCount: { } count } => CellOutput.Result(Bundle!, count),
            _ => CellOutput.Display(Bundle!),
        };
    }
}
