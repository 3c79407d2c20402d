using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// Colours a traceback for terminals and notebooks (ANSI, ECMA-48 "SGR"): what happened red, the lines of the cell bold, the
/// library calls in between grey.
/// </summary>
internal static class TracebackColours
{
    private const string Red = "\e[31m";
    private const string Bold = "\e[1m";
    private const string Grey = "\e[90m";
    private const string Reset = "\e[0m";

    /// <summary>The coloured lines.</summary>
    public static IReadOnlyList<string> Apply(KernelError error) =>
        [.. error.Traceback.SelectMany(line => line.Split('\n')).Select((line, index) => Colour(line.TrimEnd('\r'), index))];

    private static string Colour(string line, int index)
    {
        var colour = index == 0 || line.TrimStart().StartsWith('^') ? Red
            : line.StartsWith("   in ", StringComparison.Ordinal) || line.StartsWith("    ", StringComparison.Ordinal) ? Bold
            : line.StartsWith("   at ", StringComparison.Ordinal) ? Grey
            : "";
        return colour.Length == 0 ? line : colour + line + Reset;
    }
}
