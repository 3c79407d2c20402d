using System.CommandLine;
using Course.Notebooks.Execution;

namespace Course.Cli.Kernels;

/// <summary><c>course kernel worker</c>: runs the cells of one notebook for the executor. Started by the course, not by people.</summary>
internal static class WorkerCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var pipe = new Argument<string>("pipe") { Description = "The name of the pipe to the executor." };
        var command = new Command("worker", "Run the cells of one notebook for an executor.") { pipe };
        command.Hidden = true;
        command.SetAction(async arguments =>
        {
            var exitCode = await KernelWorker.RunAsync(arguments.GetValue(pipe)!, StartCommand.CreateSessionAsync);
            // Threads that a notebook left behind must not keep the process.
            Environment.Exit(exitCode);
        });
        return command;
    }
}
