using System.Reflection;
using System.Runtime.CompilerServices;

namespace Course.Plots.Interactive;

/// <summary>The interactive form of a picture, or why there is none.</summary>
/// <param name="Json">Plotly's data and layout, or <see langword="null"/>.</param>
/// <param name="WhyNot">One line for the reader when Plotly.NET could not be loaded; otherwise <see langword="null"/>.</param>
internal sealed record InteractiveForm(string? Json, string? WhyNot)
{
    private static readonly Lazy<bool> Available = new(() => Of(Plot.Bars("Is Plotly.NET here?", [("yes", 1.0)], "answers")).Json is not null);

    /// <summary>Whether Plotly.NET can be loaded in this process.</summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>
    /// Asks Plotly.NET. A host that brings an older FSharp.Core than Plotly.NET needs cannot load it; the picture must not fail
    /// for that. This method itself mentions no type of Plotly.NET, so it can always be compiled.
    /// </summary>
    public static InteractiveForm Of(Picture picture)
    {
        if (!picture.IsInteractive)
        {
            return new InteractiveForm(null, null);
        }

        try
        {
            PlotlyLibraries.EnsureFound();
            return new InteractiveForm(Build(picture), null);
        }
        catch (Exception error) when (IsLoading(error))
        {
            return new InteractiveForm(null, $"Shown as a static picture, because Plotly.NET cannot be loaded here ({FirstLine(error)})");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Build(Picture picture) => PlotlyFigures.Build(picture);

    private static bool IsLoading(Exception error) => error
        is FileNotFoundException or FileLoadException or BadImageFormatException
        or TypeLoadException or MissingMethodException or MissingFieldException
        || (error is TypeInitializationException or TargetInvocationException && error.InnerException is { } inner && IsLoading(inner));

    private static string FirstLine(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd('.');
    }
}
