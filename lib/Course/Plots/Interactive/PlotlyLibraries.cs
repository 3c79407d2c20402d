using System.Reflection;
using System.Runtime.Loader;

namespace Course.Plots.Interactive;

/// <summary>
/// Makes Plotly.NET and what it needs known to the process. A program finds them by itself; a notebook loads Course.dll by path
/// into a context of the script host, which does not look for the neighbours of the files it loads, or loads FSharp.Core twice.
/// In the default context every other context finds them.
/// </summary>
internal static class PlotlyLibraries
{
    // Each after those it needs.
    private static readonly string[] Names =
        ["FSharp.Core", "Newtonsoft.Json", "Fable.Core", "DynamicObj", "Giraffe.ViewEngine", "Plotly.NET", "Plotly.NET.CSharp"];

    private static readonly Lazy<bool> Done = new(Find);

    /// <summary>Finds the libraries once a process. What is missing shows when it is used.</summary>
    public static void EnsureFound() => _ = Done.Value;

    private static bool Find()
    {
        var course = typeof(PlotlyLibraries).Assembly;
        if (AssemblyLoadContext.GetLoadContext(course) == AssemblyLoadContext.Default
            || Path.GetDirectoryName(course.Location) is not { Length: > 0 } folder)
        {
            return false;
        }

        foreach (var file in Names.Select(name => Path.Combine(folder, name + ".dll")).Where(File.Exists))
        {
            try
            {
                AssemblyLoadContext.Default.LoadFromAssemblyName(AssemblyName.GetAssemblyName(file));
            }
            catch (FileNotFoundException)
            {
                Load(file);
            }
            catch (Exception error) when (error is FileLoadException or BadImageFormatException)
            {
                // The host has an older one of its own. Plotly.NET will say whether it can live with that.
            }
        }

        return true;
    }

    private static void Load(string file)
    {
        try
        {
            AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
        }
        catch (Exception error) when (error is FileLoadException or BadImageFormatException)
        {
            // As above.
        }
    }
}
