using Course.Cli.Running;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Scripting;

namespace Course.Cli.Kernels;

/// <summary>The course's kernel as Jupyter sees it.</summary>
internal static class CourseKernelSpec
{
    /// <summary>The name to install under unless the reader says otherwise.</summary>
    public const string DefaultName = "course-csharp";

    private const string LogoPrefix = "kernelspec/";

    /// <summary>Writes and recognises the course's installations.</summary>
    public static KernelInstaller Installer { get; } = new("course-csharp");

    /// <summary>The description to install. Every path is absolute, because VS Code does not look programs up on the PATH.</summary>
    /// <param name="name">The name, by which notebooks ask for it.</param>
    public static KernelSpec Describe(string name) => new(
        name, Folder: "", name == DefaultName ? "C# (Course)" : $"C# (Course, as {name})", CSharpDescription.LanguageName,
        [CourseKernel.DotnetHost, Program, "kernel", StartCommand.Name, StartCommand.ConnectionFileOption, "{connection_file}"])
    {
        InterruptMode = InterruptMode.Message,
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_ROOT"] = Path.GetDirectoryName(CourseKernel.DotnetHost) ?? "",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        },
    };

    /// <summary>The pictures beside the name in a front end's launcher.</summary>
    public static IReadOnlyDictionary<string, byte[]> Logos()
    {
        var assembly = typeof(CourseKernelSpec).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(LogoPrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[LogoPrefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var content = new MemoryStream();
                stream.CopyTo(content);
                return content.ToArray();
            });
    }

    /// <summary>This program.</summary>
    private static string Program => typeof(CourseKernelSpec).Assembly.Location;
}
