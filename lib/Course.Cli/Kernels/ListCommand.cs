using System.CommandLine;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Scripting;

namespace Course.Cli.Kernels;

/// <summary><c>course kernel list</c>: the installed kernels that run C#.</summary>
internal static class ListCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("list", "Show the installed kernels that run C#, and whether they still can be started.");
        command.SetAction(_ =>
        {
            var specs = Find();
            Console.WriteLine(specs.Count == 0
                ? "No kernel for C# is installed. To install the course's: course kernel install"
                : string.Join('\n', specs.Select(Describe)));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The installed kernels that run C#.</summary>
    public static IReadOnlyList<KernelSpec> Find() =>
        [.. KernelSpecs.Find(JupyterPaths.DataFolders()).Where(spec => spec.Language.Equals(CSharpDescription.LanguageName, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The absolute paths a kernel is started with that are gone.</summary>
    public static IReadOnlyList<string> MissingPaths(KernelSpec spec) =>
        [.. spec.Arguments.Where(argument => Path.IsPathFullyQualified(argument) && !Path.Exists(argument))];

    private static string Describe(KernelSpec spec)
    {
        var state = MissingPaths(spec) is [var path, ..] ? $"cannot be started, {path} is gone" : "ok";
        var owner = CourseKernelSpec.Installer.IsOwn(spec.Folder) ? "the course's" : "another program's";
        return $"{spec.Name,-16} {spec.DisplayName,-24} {owner}, {state}\n{"",-16} {spec.Folder}";
    }
}
