using System.CommandLine;
using Course.Cli.Kernels;

namespace Course.Cli;

/// <summary><c>course kernel</c>: the course's C# as a kernel for Jupyter's front ends.</summary>
internal static class KernelCommand
{
    /// <summary>The verb and what is under it.</summary>
    public static Command Create() => new("kernel", "Install the course's C# in VS Code's and Jupyter's lists of kernels, or start it.")
    {
        Subcommands =
        {
            InstallCommand.Create(), UninstallCommand.Create(), ListCommand.Create(), StartCommand.Create(), ConfinedCommand.Create(),
        },
    };
}
