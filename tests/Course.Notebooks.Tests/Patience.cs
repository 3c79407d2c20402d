namespace Course.Notebooks.Tests;

/// <summary>How long a test waits for what should come at once: a machine may be busy with something else.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
}
