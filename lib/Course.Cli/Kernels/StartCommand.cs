using System.CommandLine;
using System.Runtime;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;

namespace Course.Cli.Kernels;

/// <summary><c>course kernel start</c>: what Jupyter's front ends call to run a notebook.</summary>
internal static class StartCommand
{
    /// <summary>The verb's name, as installed kernels call it.</summary>
    public const string Name = "start";

    /// <summary>The option's name, as installed kernels call it.</summary>
    public const string ConnectionFileOption = "--connection-file";

    private static readonly Option<string> ConnectionFile = new(ConnectionFileOption)
    {
        Description = "Where to listen, and the key to sign with; written by the front end.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new Command(Name, "Run the cells of one notebook for a Jupyter front end, which calls this itself.")
        {
            ConnectionFile,
        };
        command.SetAction(async arguments =>
        {
            CompileAsLastTime();
            ConnectionInfo connection;
            try
            {
                connection = ConnectionInfo.Read(arguments.GetValue(ConnectionFile)!);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCodes.BadArguments;
            }
            var exitCode = await JupyterKernel.RunAsync(connection, CSharpDescription.Create(), CreateSessionAsync);
            // Threads that a notebook left behind must not keep the process.
            Environment.Exit(exitCode);
            return exitCode;
        });
        return command;
    }

    /// <summary>
    /// Lets the runtime note which methods a start has compiled, and compile them on another core at the next start, before they
    /// are called: half a second less to wait. Where the note cannot be written, nothing is gained and nothing lost.
    /// </summary>
    private static void CompileAsLastTime()
    {
        ProfileOptimization.SetProfileRoot(AppContext.BaseDirectory);
        ProfileOptimization.StartProfile("kernel-start.profile");
    }

    /// <summary>A session in the notebook's folder, ready to run code. That is the current folder unless the process was told another.</summary>
    public static async Task<ILanguageSession> CreateSessionAsync()
    {
        var folder = Environment.GetEnvironmentVariable(CSharpSessionOptions.FolderVariable);
        // It is the session's; programs that a notebook starts are not concerned.
        Environment.SetEnvironmentVariable(CSharpSessionOptions.FolderVariable, null);
        var session = new CSharpSession(new CSharpSessionOptions(string.IsNullOrEmpty(folder) ? Directory.GetCurrentDirectory() : folder));
        // So that the time of the first cell is the time of its code, not of loading the compiler.
        await session.WarmUpAsync();
        return session;
    }
}
