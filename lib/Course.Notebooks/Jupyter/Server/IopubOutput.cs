using System.Globalization;
using Course.Notebooks.Documents;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// What one cell shows, as messages to every client. It works on after the cell's end, for the threads a cell leaves behind.
/// </summary>
/// <param name="sockets">The kernel's sockets.</param>
/// <param name="request">The request that runs the cell: the parent of everything the cell shows.</param>
internal sealed class IopubOutput(KernelSockets sockets, JupyterMessage request) : IKernelOutput
{
    private const int MaxStreamCharacters = 256 * 1024;

    // A character takes at most 6 bytes in JSON ("\u001b"): this stays below the largest message a client of ours accepts.
    private const int MaxBundleCharacters = 10_000_000;

    /// <summary>
    /// More messages than these do not wait to be sent: the cell's text, which arrives faster, is put together meanwhile.
    /// </summary>
    private const int MaxUnsent = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Stream(string name, string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(MaxStreamCharacters, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
            {
                length--;
            }
            Send(new StreamMessage(name, text.Substring(start, length)));
            start += length;
        }
    }

    /// <inheritdoc/>
    public void Display(MimeBundle bundle, string? displayId = null)
    {
        var sent = Limit(bundle);
        Send(new DisplayData(sent) { Metadata = sent.Metadata ?? [], Transient = new DisplayTransient(displayId) });
    }

    /// <inheritdoc/>
    public void UpdateDisplay(MimeBundle bundle, string displayId)
    {
        var sent = Limit(bundle);
        Send(new UpdateDisplayData(sent, new DisplayTransient(displayId)) { Metadata = sent.Metadata ?? [] });
    }

    /// <inheritdoc/>
    public void ClearOutput(bool wait) => Send(new ClearOutput(wait));

    /// <summary>A representation small enough to be sent, or a line that says why there is none.</summary>
    public static MimeBundle Limit(MimeBundle bundle)
    {
        var length = bundle.Data.Sum(pair => (long)pair.Value.Length);
        return length <= MaxBundleCharacters ? bundle : new MimeBundle(MimeTypes.PlainText, string.Create(
            CultureInfo.InvariantCulture, $"[an output of {length:N0} characters was left out; the limit is {MaxBundleCharacters:N0}]"));
    }

    private void Send(MessageContent content)
    {
        SpinWait.SpinUntil(() => sockets.Iopub.Unsent < MaxUnsent, LongestWait);
        sockets.Publish(content, request);
    }
}
