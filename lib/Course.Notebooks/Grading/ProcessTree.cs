using System.Diagnostics;
using System.Globalization;

namespace Course.Notebooks.Grading;

/// <summary>A process with all its descendants. Where the system does not tell who they are, the process alone.</summary>
internal static class ProcessTree
{
    // More are not looked at: there are too many by any measure.
    private const int MaxProcesses = 10_000;

    /// <summary>How many processes they are, and how much memory they hold together.</summary>
    /// <param name="root">The first process.</param>
    /// <exception cref="ArgumentException">It does not run.</exception>
    /// <exception cref="InvalidOperationException">It has just ended.</exception>
    public static (int Processes, long MemoryBytes) Measure(int root)
    {
        var memory = MemoryOf(root);
        var found = new List<int> { root };
        for (var i = 0; i < found.Count && found.Count < MaxProcesses; i++)
        {
            foreach (var child in ChildrenOf(found[i]))
            {
                found.Add(child);
                try
                {
                    memory += MemoryOf(child);
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    // It ended in the meantime.
                }
            }
        }
        return (found.Count, memory);
    }

    private static long MemoryOf(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.WorkingSet64;
    }

    // Linux tells for each thread which processes it has started.
    private static IEnumerable<int> ChildrenOf(int id)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/task").SelectMany(ChildrenOfThread)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<int> ChildrenOfThread(string thread)
    {
        try
        {
            return File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
