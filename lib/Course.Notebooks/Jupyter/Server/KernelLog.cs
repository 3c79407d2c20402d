namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// Where the kernel says what it refused: for whoever runs the process, not for the notebook. What arrives may be hostile, so it
/// can neither fill the disk nor write to a terminal as it likes.
/// </summary>
internal sealed class KernelLog(TextWriter writer)
{
    private const int MaxLines = 1000;
    private const int MaxLength = 2000;

    private int lines;

    /// <summary>Writes a line.</summary>
    public void Write(string text)
    {
        var number = Interlocked.Increment(ref lines);
        if (number > MaxLines)
        {
            return;
        }
        var safe = string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) && c != '\n' ? '?' : c));
        writer.WriteLine($"[kernel] {safe}{(number == MaxLines ? "\n[kernel] No more is said from here on." : "")}");
        writer.Flush();
    }
}
