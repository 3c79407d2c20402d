using System.Globalization;
using Course.Data;
using Course.Runtime;

namespace Course.Cli.Checks;

/// <summary>The text the language models learn from, and the folder that downloads go to.</summary>
internal static class DataChecks
{
    public static Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Documentation(cancellationToken), Cache()]);

    private static Finding Documentation(CancellationToken cancellationToken)
    {
        try
        {
            var documentation = DotnetDocumentation.Load(cancellation: cancellationToken);
            return new Finding(".NET documentation", string.Create(CultureInfo.InvariantCulture, $"{documentation.Count:N0} members"));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new Finding(".NET documentation", "cannot be read", Severity.Problem, e.Message);
        }
    }

    private static Finding Cache()
    {
        var folder = CourseFolders.Cache;
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Combine(folder, WriteProbe(folder)));
            return new Finding("Cache", folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("Cache", $"{folder} cannot be written", Severity.Problem,
                $"{e.Message} Give the folder to your user, or choose another one with the variable {CourseFolders.CacheVariable}.");
        }
    }

    private static string WriteProbe(string folder)
    {
        var name = Path.GetRandomFileName();
        File.WriteAllText(Path.Combine(folder, name), "");
        return name;
    }
}
