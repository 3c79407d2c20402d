using System.Globalization;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>The output of one cell as messages; what is too large for a message is replaced by a line that says so.</summary>
internal sealed class ChannelOutput(MessageChannel channel, string requestId) : IKernelOutput
{
    private const int MaxStreamChars = 256 * 1024;

    // A character of a text takes at most 6 bytes in JSON ("\u001b"), 64 MiB / 6 is more than this.
    private const int MaxBundleChars = 10_000_000;

    public void Stream(string name, string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(MaxStreamChars, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
            {
                length--;
            }
            Send(new StreamText(name, text.Substring(start, length)));
            start += length;
        }
    }

    public void Display(MimeBundle bundle, string? displayId = null) =>
        Send(new DisplayData(bundle, new Transient(displayId)));

    public void UpdateDisplay(MimeBundle bundle, string displayId) =>
        Send(new UpdateDisplayData(bundle, new Transient(displayId)));

    public void ClearOutput(bool wait) => Send(new ClearOutput(wait));

    public void Send(MessageContent content) => channel.Send(KernelMessage.Create(Limit(content), requestId));

    private static MessageContent Limit(MessageContent content) => content switch
    {
        DisplayData display => display with { Data = Limit(display.Data) },
        UpdateDisplayData update => update with { Data = Limit(update.Data) },
        ExecuteResult result => result with { Data = Limit(result.Data) },
        ErrorReport error => error with
        {
            Evalue = Shorten(error.Evalue),
            Traceback = [.. error.Traceback.Take(1000).Select(Shorten)],
        },
        _ => content,
    };

    private static MimeBundle Limit(MimeBundle bundle)
    {
        var length = bundle.Data.Sum(pair => (long)pair.Value.Length);
        return length <= MaxBundleChars ? bundle : new MimeBundle(MimeTypes.PlainText, string.Create(
            CultureInfo.InvariantCulture, $"[an output of {length:N0} characters was left out; the limit is {MaxBundleChars:N0}]"));
    }

    private static string Shorten(string text) => text.Length <= 10_000 ? text : text[..10_000] + "…";
}
