using System.CommandLine;
using Course.Notebooks.Execution;
using Course.Notebooks.Scripting;

namespace Course.Cli;

/// <summary><c>course kernel</c>: the processes that run code. Started by the course itself, not by people.</summary>
internal static class KernelCommand
{
    /// <summary>The verb and what is under it.</summary>
    public static Command Create()
    {
        var pipe = new Argument<string>("pipe") { Description = "The name of the pipe to the executor." };
        var worker = new Command("worker", "Run the cells of one notebook for an executor.") { pipe };
        worker.SetAction(async arguments =>
        {
            var exitCode = await KernelWorker.RunAsync(arguments.GetValue(pipe)!, async () =>
            {
                var session = new CSharpSession(new CSharpSessionOptions(Directory.GetCurrentDirectory()));
                // So that the time of the first cell is the time of its code, not of loading the compiler.
                await session.WarmUpAsync();
                return session;
            });
            // Threads that a notebook left behind must not keep the process.
            Environment.Exit(exitCode);
        });
        return new Command("kernel", "Start a kernel.") { Hidden = true, Subcommands = { worker } };
    }
}
