using System.CommandLine;
using Course.Cli;
using Course.Cli.Grading;
using Course.Cli.Kernels;
using Course.Cli.Running;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // Terminals need lines folded at their width, files and build servers need them whole.
    AnsiConsole.Profile.Width = 10_000;
}

var root = new RootCommand("Runs and checks the course: build a ChatGPT from scratch, in C#.")
{
    RunCommand.Create(),
    BookCommand.Create(),
    DoctorCommand.Create(),
    KernelCommand.Create(),
    ChatGptCommand.Create(),
    ChatCommand.Create(),
    ServeCommand.Create(),
    LabelCommand.Create(),
    ExportCommand.Create(),
    AssignCommand.Create(),
    GradeCommand.Create(),
    FeedbackCommand.Create(),
};
root.HelpName = "course";

var parsed = root.Parse(args is ["run", ..] ? ParameterArguments.Fold(args) : args);
if (parsed.Errors.Count > 0)
{
    if (parsed.CommandResult.Command == root && parsed.UnmatchedTokens is [var verb, ..])
    {
        var verbs = root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToArray();
        Console.Error.WriteLine($"There is no command '{verb}', only {string.Join(", ", verbs[..^1])} and {verbs[^1]}.");
    }
    else
    {
        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }
    }
    Console.Error.WriteLine("Help: course --help");
    return ExitCodes.BadArguments;
}

// After Ctrl-C a run still has to stop its kernel and save what it has. A kernel takes its signals itself: one interrupts a cell.
var isKernel = parsed.CommandResult.Command.Name == StartCommand.Name;
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = isKernel ? null : TimeSpan.FromSeconds(30) };
return await parsed.InvokeAsync(configuration);
