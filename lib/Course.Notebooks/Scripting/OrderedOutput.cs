using System.Globalization;
using System.Text;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Collects what a cell shows and hands it to the transport in exactly the order it was shown, console text and displays alike.
/// Text travels as soon as a line is complete, after <see cref="ChunkCharacters"/> characters or after
/// <see cref="PartialLineDelay"/>, whichever comes first; lines that wait together travel together.
/// </summary>
/// <remarks>
/// The running code only appends to a queue; a thread-pool task talks to the transport. Interrupting the code therefore never
/// cuts a message in half, and a slow transport does not slow the code.
/// </remarks>
internal sealed class OrderedOutput(IKernelOutput target, int maxStreamCharacters, int maxDisplayCharacters)
{
    /// <summary>Text is passed on at the latest when this many characters wait.</summary>
    public const int ChunkCharacters = 10_000;

    /// <summary>How long a line without an end waits for the rest of it.</summary>
    public static readonly TimeSpan PartialLineDelay = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly LinkedList<Item> queue = new();
    private readonly List<TaskCompletionSource> waitingForEmpty = [];
    private Timer? partialLineTimer;
    private bool delivering;
    private bool broken;
    private long streamCharacters;
    private long displayCharacters;

    /// <summary>Appends console text.</summary>
    public void Write(string stream, ReadOnlySpan<char> text)
    {
        lock (gate)
        {
            if (streamCharacters <= maxStreamCharacters)
            {
                streamCharacters += text.Length;
                if (streamCharacters > maxStreamCharacters)
                {
                    text = text[..Math.Max(0, (int)(text.Length - (streamCharacters - maxStreamCharacters)))];
                    Append(stream, text);
                    Append(stream, Notice("text", maxStreamCharacters));
                }
                else
                {
                    Append(stream, text);
                }
            }
        }
    }

    /// <summary>Shows a value.</summary>
    public void Display(MimeBundle bundle, string? displayId = null) =>
        EnqueueDisplay(bundle, kernel => kernel.Display(bundle, displayId));

    /// <summary>Replaces a shown value.</summary>
    public void UpdateDisplay(MimeBundle bundle, string displayId) =>
        EnqueueDisplay(bundle, kernel => kernel.UpdateDisplay(bundle, displayId));

    /// <summary>Shows documentation that was asked for.</summary>
    public void Page(MimeBundle bundle) => EnqueueDisplay(bundle, kernel => kernel.Page(bundle));

    /// <summary>Removes what the cell has shown.</summary>
    public void Clear(bool wait) => Enqueue(new Item(kernel => kernel.ClearOutput(wait)));

    /// <summary>Completes when everything written so far, partial lines included, has reached the transport.</summary>
    public Task FlushAsync()
    {
        lock (gate)
        {
            queue.Last?.Value.IsReady = true;
            if (queue.Count == 0 && !delivering)
            {
                return Task.CompletedTask;
            }
            var empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waitingForEmpty.Add(empty);
            StartDelivery();
            return empty.Task;
        }
    }

    private void EnqueueDisplay(MimeBundle bundle, Action<IKernelOutput> send)
    {
        var size = bundle.Data.Sum(entry => (long)entry.Value.Length);
        var wasOpen = Interlocked.Read(ref displayCharacters) <= maxDisplayCharacters;
        if (Interlocked.Add(ref displayCharacters, size) <= maxDisplayCharacters)
        {
            Enqueue(new Item(send));
        }
        else if (wasOpen)
        {
            var notice = new MimeBundle("text/plain", Notice("displayed values", maxDisplayCharacters).Trim());
            Enqueue(new Item(kernel => kernel.Display(notice)));
        }
    }

    private void Enqueue(Item item)
    {
        lock (gate)
        {
            queue.AddLast(item);
            StartDelivery();
        }
    }

    private void Append(string stream, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }
        var last = queue.Last?.Value;
        if (last is null || last.Stream != stream || last.Text!.Length >= ChunkCharacters)
        {
            last = new Item(stream);
            queue.AddLast(last);
        }
        last.Text!.Append(text);
        last.IsReady |= text.Contains('\n') || last.Text.Length >= ChunkCharacters;
        if (last.IsReady || queue.Count > 1)
        {
            StartDelivery();
        }
        else
        {
            // The first piece of a partial line starts the clock; later pieces do not restart it.
            partialLineTimer ??= new Timer(_ => DeliverPartialLine(), null, PartialLineDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private void DeliverPartialLine()
    {
        lock (gate)
        {
            partialLineTimer?.Dispose();
            partialLineTimer = null;
            queue.Last?.Value.IsReady = true;
            StartDelivery();
        }
    }

    private void StartDelivery()
    {
        if (!delivering)
        {
            delivering = true;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Deliver(), null);
        }
    }

    private void Deliver()
    {
        while (TakeNext() is { } item)
        {
            try
            {
                if (!broken)
                {
                    item.SendTo(target);
                }
            }
            catch (Exception)
            {
                // The transport is gone (its sockets are closed, say). The code that runs is not to blame and must not fail for it.
                broken = true;
            }
        }
    }

    private Item? TakeNext()
    {
        lock (gate)
        {
            var head = queue.First?.Value;
            if (head is not null && (head.IsReady || queue.Count > 1))
            {
                queue.RemoveFirst();
                if (queue.Count == 0 && waitingForEmpty.Count == 0 && head.TakeTrailingSurrogate() is { } half)
                {
                    queue.AddLast(new Item(head.Stream!)).Value.Text!.Append(half);
                }
                return head;
            }
            delivering = false;
            if (queue.Count == 0)
            {
                waitingForEmpty.ForEach(waiting => waiting.SetResult());
                waitingForEmpty.Clear();
            }
            return null;
        }
    }

    private static string Notice(string what, int limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"\n[output truncated: this cell produced more than {limit:N0} characters of {what}; the rest is not shown]\n");

    /// <summary>Console text, or one call of the transport.</summary>
    private sealed class Item
    {
        private readonly Action<IKernelOutput>? send;

        public Item(string stream) => (Stream, Text) = (stream, new StringBuilder());

        public Item(Action<IKernelOutput> send) => (this.send, IsReady) = (send, true);

        public string? Stream { get; }

        public StringBuilder? Text { get; }

        /// <summary>Whether the text may travel although more of it may follow.</summary>
        public bool IsReady { get; set; }

        public void SendTo(IKernelOutput kernel)
        {
            if (send is not null)
            {
                send(kernel);
            }
            else if (Text!.Length > 0)
            {
                kernel.Stream(Stream!, Text.ToString());
            }
        }

        /// <summary>Keeps the first half of a character outside the basic plane back until its second half arrives.</summary>
        public char? TakeTrailingSurrogate()
        {
            if (Text is not { Length: > 0 } || !char.IsHighSurrogate(Text[^1]))
            {
                return null;
            }
            var half = Text[^1];
            Text.Length--;
            return half;
        }
    }
}
