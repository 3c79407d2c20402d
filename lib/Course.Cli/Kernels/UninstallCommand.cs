using System.CommandLine;

namespace Course.Cli.Kernels;

/// <summary><c>course kernel uninstall</c>: removes what <see cref="InstallCommand"/> has installed, and nothing else.</summary>
internal static class UninstallCommand
{
    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "The installation it was put below; without it, this user's.",
        HelpName = "DIR",
    };

    private static readonly Option<string> As = new("--as")
    {
        Description = "The name it was installed under.",
        HelpName = "NAME",
        DefaultValueFactory = _ => CourseKernelSpec.DefaultName,
    };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("uninstall", "Remove an installed kernel of the course.") { Prefix, As };
        command.SetAction(arguments => InstallCommand.Attempt(() =>
        {
            var folder = InstallCommand.DataFolder(arguments.GetValue(Prefix));
            var removed = CourseKernelSpec.Installer.Uninstall(arguments.GetValue(As)!, folder);
            Console.WriteLine(removed is null ? $"There is no kernel {arguments.GetValue(As)} in {folder}." : $"Removed {removed}");
            return removed is null ? ExitCodes.Failure : ExitCodes.Success;
        }));
        return command;
    }
}
