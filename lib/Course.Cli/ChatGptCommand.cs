using System.CommandLine;
using Course.Alignment.Chain;
using Course.Cli.Assistants;

namespace Course.Cli;

/// <summary><c>course chatgpt</c>: makes an assistant, from nothing to a report, and goes on where it was interrupted.</summary>
internal static class ChatGptCommand
{
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for models, numbers and the report; an interrupted chain in it is continued.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string> Size = new("--size")
    {
        Description = "tiny (minutes on two cores) or small (an hour or two).",
    };

    private static readonly Option<long?> Seed = new("--seed")
    {
        Description = "The seed of everything; 1 when left out.",
        HelpName = "NUMBER",
    };

    private static readonly Option<bool> Llama = new("--llama")
    {
        Description = "Build the model like Llama in place of GPT-2; course export then also writes it for llama.cpp and llama2.c.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Size.AcceptOnlyFromAmong("tiny", "small");
        var command = new Command("chatgpt", "Make an assistant: pretraining, fine-tuning, reward model, PPO, DPO, GRPO, report.") { Out, Size, Seed, Llama };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = arguments.GetValue(Out)!;
        ChatGptChain chain;
        try
        {
            chain = new ChatGptChain(folder, Recipe(arguments, new ChainFolder(folder).Recipe));
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadArguments;
        }

        try
        {
            var reports = await ChainDisplay.ShowAsync(progress => chain.Run(progress, cancellation: cancellation));
            Console.WriteLine(reports[^1].Text);
            foreach (var check in ChainChecks.Of(chain.Recipe, reports))
            {
                Console.WriteLine(check);
            }

            Console.WriteLine($"Report: {chain.Folder.ReportFile}");
            Console.WriteLine($"Talk to it: course chat {folder}    Serve it: course serve {folder}    Judge its answers: course label {folder} --out labels.jsonl    Take it elsewhere: course export {folder} --out exported");
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"Interrupted. The same command goes on: course chatgpt --out {folder}");
            return ExitCodes.Cancelled;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }

    // Whoever continues need not say again what was begun.
    private static ChainRecipe Recipe(ParseResult arguments, ChainRecipe? begun)
    {
        var size = arguments.GetValue(Size);
        var recipe = size is null && begun is not null ? begun : size == "small" ? ChainRecipe.Small : ChainRecipe.Tiny;
        recipe = arguments.GetValue(Llama) ? recipe with { LlamaStyle = true } : recipe;
        return arguments.GetValue(Seed) is { } seed ? recipe with { Seed = seed } : recipe;
    }
}
