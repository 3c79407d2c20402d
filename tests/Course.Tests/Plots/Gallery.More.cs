using Course.Plots;

namespace Course.Tests.Plots;

internal static partial class Gallery
{
    private static IEnumerable<(string Name, Picture Picture)> More() => [];
}
