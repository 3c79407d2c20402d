using System.CommandLine;
using Course.Notebooks.Jupyter;

namespace Course.Cli.Kernels;

/// <summary><c>course kernel install</c>: tells Jupyter's front ends of the course's kernel.</summary>
internal static class InstallCommand
{
    private static readonly Option<bool> User = new("--user")
    {
        Description = "For this user (the default): VS Code, JupyterLab and Notebook look there.",
    };

    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "Below an installation instead, for example a virtual environment or /usr/local.",
        HelpName = "DIR",
    };

    private static readonly Option<string> As = new("--as")
    {
        Description = "The name to install under; .net-csharp serves notebooks made with .NET Interactive.",
        HelpName = "NAME",
        DefaultValueFactory = _ => CourseKernelSpec.DefaultName,
    };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("install", "Add the course's C# to the kernels of VS Code, JupyterLab and Notebook.") { User, Prefix, As };
        command.Validators.Add(result =>
        {
            if (result.GetValue(User) && result.GetValue(Prefix) is not null)
            {
                result.AddError("--user and --prefix exclude each other.");
            }
        });
        command.SetAction(arguments => Attempt(() =>
        {
            var spec = CourseKernelSpec.Describe(arguments.GetValue(As)!);
            var folder = CourseKernelSpec.Installer.Install(
                spec, DataFolder(arguments.GetValue(Prefix)), CourseKernelSpec.Logos(), JupyterPaths.DataFolders());
            Console.WriteLine($"Installed {spec.DisplayName} in {folder}");
            return ExitCodes.Success;
        }));
        return command;
    }

    /// <summary>The data folder an option means.</summary>
    public static string DataFolder(string? prefix) =>
        prefix is null ? JupyterPaths.UserFolder() : JupyterPaths.BelowPrefix(Path.GetFullPath(prefix));

    /// <summary>Does something with an installation; what stands against it becomes a sentence.</summary>
    public static int Attempt(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is KernelSpecException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
