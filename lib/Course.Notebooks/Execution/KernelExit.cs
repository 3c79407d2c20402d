using System.Globalization;

namespace Course.Notebooks.Execution;

/// <summary>How a kernel process ended, and its last words.</summary>
/// <param name="ExitCode">The exit code; on Unix 128 + n after signal n. <see langword="null"/> if it never ran.</param>
/// <param name="Output">What the process itself wrote to standard output and error, shortened in the middle.</param>
/// <param name="Problem">What the executor noticed, where that says more than the exit code.</param>
public sealed record KernelExit(int? ExitCode, string Output, string? Problem = null)
{
    private const string UnhandledException = "Unhandled exception. ";

    private static readonly string[] EngineNamespaces =
        ["System.Runtime.CompilerServices.Async", "System.Threading.", "Microsoft.CodeAnalysis.Scripting.", "Course.Notebooks."];

    /// <summary>What happened, in one sentence for the reader of a report.</summary>
    public string Sentence
    {
        get
        {
            if (Problem is not null)
            {
                return Problem;
            }
            var lines = Output.Split('\n');
            if (lines.Any(line => line.StartsWith("Stack overflow.", StringComparison.Ordinal)))
            {
                return "The stack overflowed and ended the kernel process: does the code call itself without end?";
            }
            if (lines.FirstOrDefault(line => line.StartsWith(UnhandledException, StringComparison.Ordinal)) is { } line)
            {
                return "An exception that nothing caught, on a background thread, ended the kernel process: "
                    + line[UnhandledException.Length..].Trim();
            }
            if (lines.Any(line => line.StartsWith("Out of memory.", StringComparison.Ordinal)))
            {
                return "The kernel process ran out of memory.";
            }
            return ExitCode switch
            {
                null => "The kernel process did not start.",
                134 => "The kernel process aborted (signal 6): native code found an error it could not report.",
                137 => "The kernel process was killed (signal 9); systems do that when memory runs out.",
                139 => "The kernel process crashed in native code (signal 11, a segmentation fault).",
                143 => "The kernel process was asked to end (signal 15).",
                > 128 and < 160 and var code => Invariant($"The kernel process was ended by signal {code - 128}."),
                var code => Invariant($"The kernel process ended with exit code {code}; does the code call Environment.Exit?"),
            };
        }
    }

    /// <summary>The last words line by line, without the frames of the engine and of the async machinery.</summary>
    public IReadOnlyList<string> LastWords =>
        [.. Output.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && !IsEngineFrame(line.TrimStart()))];

    private static bool IsEngineFrame(string line) =>
        EngineNamespaces.Any(name => line.StartsWith("at " + name, StringComparison.Ordinal));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The kernel process ended, or never started.</summary>
/// <param name="exit">How it ended.</param>
public sealed class KernelDiedException(KernelExit exit) : Exception(exit.Sentence)
{
    /// <summary>How the process ended, and its last words.</summary>
    public KernelExit Exit { get; } = exit;
}
