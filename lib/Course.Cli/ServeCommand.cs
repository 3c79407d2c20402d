using System.CommandLine;
using System.Net;
using Course.Alignment.Assistants;
using Course.Cli.Assistants;
using Course.Serving;

namespace Course.Cli;

/// <summary><c>course serve</c>: offers models to programs written for OpenAI's interface, and to a browser.</summary>
internal static class ServeCommand
{
    private static readonly Argument<string> Folder = ChainArgument.Folder();
    private static readonly Option<string> Model = ChainArgument.Model();

    private static readonly Option<int> Port = new("--port")
    {
        Description = "The port; 0 for any that is free.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => new ServerOptions().Port,
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "The address to listen on. Only this machine can reach the default; others let in whoever can reach it, without a password.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => new ServerOptions().Address.ToString(),
    };

    private static readonly Option<int> Parallel = new("--parallel")
    {
        Description = "Answers that are written at the same time.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => new ServerOptions().MaxParallel,
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Host.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IPAddress.TryParse(token.Value, out _))
            {
                result.AddError($"--host takes an address such as 127.0.0.1 or ::1, not '{token.Value}'.");
            }
        });
        var command = new Command("serve", "Serve models to programs (OpenAI's interface) and to a browser.") { Folder, Model, Port, Host, Parallel };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        try
        {
            var (folder, models) = ChainArgument.Find(arguments.GetValue(Folder)!, arguments.GetValue(Model));
            using var shelf = new ModelShelf(models, (name, count) => Assistant.Load(folder, name, count));
            var options = new ServerOptions
            {
                Address = IPAddress.Parse(arguments.GetValue(Host)!),
                Port = arguments.GetValue(Port),
                MaxParallel = arguments.GetValue(Parallel),
            };
            await using var server = await ChatServer.StartAsync(shelf, options, cancellation);
            Console.WriteLine($"Chat: {server.Address}    For programs: {new Uri(server.Address, "/v1")}    Models: {string.Join(", ", models)}");
            if (!options.IsLocal)
            {
                Console.WriteLine("Whoever can reach this address can use the models: there is no password.");
            }

            Console.WriteLine("Ctrl-C stops the server.");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            return ExitCodes.Cancelled;
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadArguments;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
    }
}
