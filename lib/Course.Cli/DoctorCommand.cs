using System.CommandLine;
using Course.Cli.Checks;
using Spectre.Console;

namespace Course.Cli;

/// <summary><c>course doctor</c>: says what the machine has, and for each problem the fix.</summary>
internal static class DoctorCommand
{
    private static readonly Func<CancellationToken, Task<IReadOnlyList<Finding>>>[] Checks =
    [
        SystemChecks.RunAsync,
        TensorChecks.RunAsync,
        DataChecks.RunAsync,
        NotebookChecks.RunAsync,
    ];

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command("doctor", "Say what this machine has and what to do about what it lacks.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var worst = Severity.Good;
        foreach (var check in Checks)
        {
            foreach (var finding in await check(cancellationToken))
            {
                Print(AnsiConsole.Console, finding);
                worst = finding.Severity > worst ? finding.Severity : worst;
            }
        }
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(worst switch
        {
            Severity.Good => "Everything is in place: course run",
            Severity.Hint => "The course runs here. The hints above would make it better.",
            _ => "The course does not run here yet. Do what stands after the arrows, then call course doctor again.",
        });
        return worst == Severity.Problem ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void Print(IAnsiConsole console, Finding finding)
    {
        var (colour, word) = finding.Severity switch
        {
            Severity.Good => ("green", "ok"),
            Severity.Hint => ("yellow", "hint"),
            _ => ("red", "problem"),
        };
        console.MarkupLine($"[{colour}]{word,-8}[/]{Markup.Escape(finding.Subject),-18} {Markup.Escape(finding.Found)}");
        foreach (var line in finding.Fix?.Split('\n') ?? [])
        {
            console.MarkupLine($"        → {Markup.Escape(line)}");
        }
    }
}
