using System.CommandLine;
using System.Globalization;
using Course.Alignment.Assistants;
using Course.Alignment.Conversations;
using Course.Cli.Assistants;
using Spectre.Console;

namespace Course.Cli;

/// <summary><c>course chat</c>: talks to a model in the terminal; the answer appears as it is written.</summary>
internal static class ChatCommand
{
    private static readonly Argument<string> Folder = ChainArgument.Folder();
    private static readonly Option<string> Model = ChainArgument.Model();

    private static readonly Option<double> Temperature = new("--temperature")
    {
        Description = "0 always takes the likeliest token, 1 the model's own probabilities.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => new AnswerOptions().Sampling.Temperature,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "The same seed gives the same answers; another every time when left out.",
        HelpName = "NUMBER",
    };

    private static readonly Option<bool> Probabilities = new("--probabilities")
    {
        Description = "Show below each answer how likely its tokens were.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Temperature.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 10))
            {
                result.AddError($"--temperature takes a number from 0 to 10, not '{token.Value}'.");
            }
        });
        var command = new Command("chat", "Talk to a model in the terminal.") { Folder, Model, Temperature, Seed, Probabilities };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        Assistant assistant;
        string name;
        try
        {
            var (folder, models) = ChainArgument.Find(arguments.GetValue(Folder)!, arguments.GetValue(Model));
            name = models[0];
            assistant = Assistant.Load(folder, name)[0];
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadArguments;
        }

        using (assistant)
        {
            Console.WriteLine($"You talk to {name}. /new begins a new conversation, /quit ends.");
            var options = new AnswerOptions { Sampling = new AnswerOptions().Sampling with { Temperature = arguments.GetValue(Temperature) } };
            var seed = arguments.GetValue(Seed);
            Conversation? conversation = null;
            try
            {
                for (var turn = 0; await ReadAsync(cancellation) is { } line; turn++)
                {
                    switch (line.Trim())
                    {
                        case "/quit":
                            return ExitCodes.Success;
                        case "/new":
                            conversation = null;
                            continue;
                        case "":
                            continue;
                        default:
                            break;
                    }

                    var asked = conversation is null ? Conversation.Of(line) : conversation.Then(line);
                    var answered = Answer(assistant, asked, options with { Seed = seed + turn ?? Random.Shared.Next() }, arguments.GetValue(Probabilities), cancellation);
                    // An answer of nothing is no turn one could go on from.
                    conversation = answered is { Length: > 0 } ? asked.Then(answered) : conversation;
                }
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine();
                return ExitCodes.Cancelled;
            }
        }

        return ExitCodes.Success;
    }

    private static string? Answer(Assistant assistant, Conversation asked, AnswerOptions options, bool withProbabilities, CancellationToken cancellation)
    {
        var tokens = new List<TokenChance>();
        try
        {
            var answer = assistant.Answer(asked, options, piece =>
            {
                Console.Write(piece.Text);
                if (piece.Chosen is { } chosen)
                {
                    tokens.Add(chosen);
                }
            }, cancellation);
            Console.WriteLine(answer.End == AnswerEnd.Length ? " […]" : "");
            if (withProbabilities)
            {
                AnsiConsole.MarkupLine("[grey]" + string.Join(' ', tokens.Select(token => Markup.Escape(string.Create(
                    CultureInfo.InvariantCulture, $"{assistant.Tokenizer.Vocabulary[token.Token].Replace(' ', '·')}:{Math.Exp(token.LogProbability):P0}")))) + "[/]");
            }

            return answer.Text;
        }
        catch (ArgumentException e)
        {
            Console.WriteLine(e.Message);
            return null;
        }
    }

    // Waiting for a line must not keep Ctrl-C waiting.
    private static async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
        {
            Console.Write("> ");
        }

        return await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellation);
    }
}
