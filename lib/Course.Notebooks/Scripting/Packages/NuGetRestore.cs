using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Course.Notebooks.Scripting.Packages;

/// <summary>
/// Resolves packages by letting <c>dotnet restore</c> restore a small project made for the purpose: the user's NuGet
/// configuration, credentials and package cache apply, and a version that is in the cache needs no network.
/// </summary>
internal static partial class NuGetRestore
{
    private const string ProjectName = "packages.csproj";

    /// <summary>Restores packages with all they depend on.</summary>
    /// <param name="packages">Names and versions.</param>
    /// <param name="sources">Package sources beside those of the configuration.</param>
    /// <param name="configurationFolder">Where the search for <c>NuGet.Config</c> begins: the notebook's folder.</param>
    /// <param name="cancellationToken">Ends the restore.</param>
    /// <exception cref="DirectiveException">NuGet found no answer; the message is NuGet's.</exception>
    public static async Task<IReadOnlyList<RestoredPackage>> RunAsync(
        IEnumerable<(string Name, string Version)> packages,
        IEnumerable<string> sources,
        string configurationFolder,
        CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("notebook-packages-").FullName;
        try
        {
            WriteProject(folder, packages, sources, configurationFolder);
            var (exitCode, output) = await RunDotnetAsync(folder, cancellationToken).ConfigureAwait(false);
            if (exitCode != 0)
            {
                throw new DirectiveException(Explain(output));
            }
            return AssetsFile.Read(Path.Combine(folder, "obj", "project.assets.json"), RuntimeInformation.RuntimeIdentifier);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void WriteProject(
        string folder, IEnumerable<(string Name, string Version)> packages, IEnumerable<string> sources, string configurationFolder)
    {
        var properties = new XElement(
            "PropertyGroup",
            new XElement("TargetFramework", string.Create(CultureInfo.InvariantCulture, $"net{Environment.Version.Major}.0")),
            // Assets are resolved for this machine; a runtime or launcher of the project's own is not needed.
            new XElement("RuntimeIdentifiers", RuntimeInformation.RuntimeIdentifier),
            new XElement("EnableRuntimePackDownload", false),
            new XElement("EnableAppHostPackDownload", false),
            new XElement("DisableTransitiveFrameworkReferenceDownloads", true),
            new XElement("EnableDefaultItems", false),
            new XElement("ManagePackageVersionsCentrally", false),
            new XElement("NuGetAudit", false),
            new XElement("RestoreRootConfigDirectory", configurationFolder),
            new XElement("RestoreAdditionalProjectSources", string.Join(';', sources)));
        var references = packages.Select(package => new XElement(
            "PackageReference", new XAttribute("Include", package.Name), new XAttribute("Version", package.Version)));
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"), properties, new XElement("ItemGroup", references))
            .Save(Path.Combine(folder, ProjectName));
        // Nothing from folders above may change the project.
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, name), "<Project />");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunDotnetAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(FindDotnet(), ["restore", ProjectName, "--nologo", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A parent `dotnet build` or `dotnet test` hands down settings that are not meant for this project.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static string FindDotnet()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/ is where this process's runtime lies.
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var ours = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(ours) && Directory.Exists(Path.Combine(root, "sdk")) ? ours
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }

    private static string Explain(string output)
    {
        var errors = ErrorLine().Matches(output)
            .Select(match => $"{match.Groups["code"].Value}: {match.Groups["message"].Value.Trim()}")
            .Distinct(StringComparer.Ordinal).ToArray();
        if (errors.Length == 0)
        {
            return $"dotnet restore failed:\n{output.Trim()}";
        }
        var hint = Array.Exists(errors, error => error.StartsWith("NU1301", StringComparison.Ordinal))
            ? "\nThe package source cannot be reached. Without a network only packages in the local cache work, and only when the "
                + "line names an exact version: #r \"nuget:Name,1.2.3\"."
            : "";
        return $"the packages cannot be restored.\n{string.Join('\n', errors)}{hint}";
    }

    [GeneratedRegex(@"error (?<code>[A-Z]+\d+): (?<message>.*?)(?: \[[^\]\n]*\])?$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
