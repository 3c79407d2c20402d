using System.Text;

namespace Course.Notebooks.Execution;

/// <summary>
/// Keeps the beginning and the end of what a process writes to its standard output and error. Both matter: the runtime
/// names a crash first ("Stack overflow.") and then prints frames, native libraries print their last words last.
/// </summary>
internal sealed class ProcessText
{
    private const int Half = 8 * 1024;

    private readonly StringBuilder head = new();
    private readonly StringBuilder tail = new();
    private long dropped;

    /// <summary>Reads until the end of the stream, however much comes.</summary>
    public async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[4096];
        try
        {
            for (int count; (count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                Append(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process was ended while it wrote.
        }
    }

    public override string ToString()
    {
        lock (head)
        {
            return dropped == 0 ? $"{head}{tail}".Trim() : $"{head}\n… {dropped} characters left out …\n{tail}".Trim();
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        lock (head)
        {
            var toHead = Math.Min(text.Length, Half - head.Length);
            head.Append(text[..toHead]);
            tail.Append(text[toHead..]);
            if (tail.Length > 2 * Half)
            {
                dropped += tail.Length - Half;
                tail.Remove(0, tail.Length - Half);
            }
        }
    }
}
