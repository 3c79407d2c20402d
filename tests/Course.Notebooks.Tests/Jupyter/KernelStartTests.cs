using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Tests.Cli;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary><c>course kernel start</c>: the real process with the real language, over the real protocol.</summary>
[TestFixture]
public sealed class KernelStartTests
{
    private readonly List<IDisposable> toDispose = [];
    private TemporaryFolder folder = null!;
    private (Process Process, ProtocolClient Client) shared;

    [OneTimeSetUp]
    public void StartSharedKernel()
    {
        folder = new TemporaryFolder();
        shared = Start();
    }

    [OneTimeTearDown]
    public void EndAll()
    {
        toDispose.ForEach(one => one.Dispose());
        folder.Dispose();
    }

    [Test]
    public void A_result_is_shown_as_text_and_HTML()
    {
        var (reply, published) = shared.Client.Run("new[] { 1, 2 }");
        Assert.That(reply.Succeeded, Is.True);
        Assert.That(((ExecuteResult)published.Single()).Data.Data.Keys, Is.SupersetOf(["text/plain", "text/html"]));
    }

    [Test]
    public async Task A_kernel_whose_port_is_taken_says_so_in_the_words_that_make_a_client_try_again()
    {
        var connection = ConnectionInfo.CreateLocal();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0) { ExclusiveAddressUse = true };
        other.Start();
        (connection with { HbPort = ((System.Net.IPEndPoint)other.LocalEndpoint).Port }).Write(folder.File("taken.json"));
        var result = await CommandLine.RunAsync(folder.Path, "kernel", "start", "--connection-file", folder.File("taken.json"));
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output + result.Error, Does.Contain("address already in use"));
    }

    [Test]
    public void A_compile_error_is_one_error_and_nothing_on_stderr()
    {
        var (reply, published) = shared.Client.Run("var ok = 1;\nint x = \"text\";");
        var error = (ErrorMessage)published.Single();
        Assert.That((error.Ename, error.Line), Is.EqualTo(("CompilationError", (int?)2)));
        Assert.That(reply.Status, Is.EqualTo("error"));
    }

    [Test]
    public void An_exception_shows_the_lines_of_the_cell_in_colour()
    {
        var error = (ErrorMessage)shared.Client.Run("int zero = 0;\nConsole.WriteLine();\nvar y = 1 / zero;").Published.OfType<ErrorMessage>().Single();
        Assert.That(error.Ename, Is.EqualTo("System.DivideByZeroException"));
        Assert.That(string.Join('\n', error.Traceback), Does.Contain("1 / zero").And.Contain("\e[31m"));
    }

    [TestCase("while (true) { }")]
    [TestCase("System.Threading.Thread.Sleep(-1);")]
    [TestCase("while (true) await Task.Delay(1);")]
    public void An_interrupt_stops_the_cell_and_the_variables_stay(string code)
    {
        var client = shared.Client;
        var cell = client.Send(client.Shell, new ExecuteRequest("var kept = 7; Console.WriteLine(\"begun\");\n" + code));
        JupyterMessage message;
        do
        {
            message = client.Receive(client.Iopub);
        }
        while (message.Content is not StreamMessage { Text: "begun\n" });
        client.Ask<InterruptReply>(client.Control, new InterruptRequest());
        Assert.That(client.ReplyTo<ExecuteReply>(client.Shell, cell).Evalue, Does.Contain("interrupted"));
        Assert.That(client.Run("kept").Published.OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("7"));
    }

    [TestCase("Console.Write(\"Name? \"); Console.ReadLine()", "", false)]
    [TestCase("await GetInputAsync(\"Name?\")", "Name?", false)]
    [TestCase("(await GetPasswordAsync(\"Name?\")).GetClearTextPassword()", "Name?", true)]
    public void Code_can_ask_the_person(string code, string prompt, bool password)
    {
        var client = shared.Client;
        var cell = client.Send(client.Shell, new ExecuteRequest(code, AllowStdin: true));
        var question = client.Receive(client.Stdin);
        Assert.That(question.Content, Is.EqualTo(new InputRequestMessage(prompt, password)));
        client.Send(client.Stdin, new InputReply("Ada"), question);
        Assert.That(client.Published(cell).OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("Ada"));
    }

    [Test]
    public void Without_stdin_code_that_asks_fails_at_once()
    {
        var error = shared.Client.Run("Console.ReadLine()").Published.OfType<ErrorMessage>().Single();
        Assert.That(error.Evalue, Does.Contain("without anyone to answer"));
    }

    [Test]
    public void Background_output_after_the_end_belongs_to_its_cell()
    {
        var client = shared.Client;
        var cell = client.Send(client.Shell, new ExecuteRequest(
            "var go = new System.Threading.ManualResetEventSlim();\nTask.Run(() => { go.Wait(); Console.WriteLine(\"late\"); });\n\"started\""));
        client.Published(cell);
        // Nothing may be read in passing here: the late line can come before or after this cell's end.
        var release = client.Send(client.Shell, new ExecuteRequest("go.Set();"));
        JupyterMessage message;
        do
        {
            message = client.Receive(client.Iopub);
        }
        while (message.Content is not StreamMessage { Text: "late\n" });
        Assert.That(message.Parent!.MsgId, Is.EqualTo(cell.Header.MsgId));
        Assert.That(client.ReplyTo<ExecuteReply>(client.Shell, release).Succeeded, Is.True);
    }

    [Test]
    public void A_hundred_megabytes_on_the_console_are_cut_off_and_nobody_dies()
    {
        var (reply, published) = shared.Client.Run("var line = new string('x', 99);\nfor (int i = 0; i < 1_000_000; i++) Console.WriteLine(line);");
        Assert.That(reply.Succeeded, Is.True);
        var texts = published.OfType<StreamMessage>().Select(stream => stream.Text).ToArray();
        Assert.That(texts.Sum(text => text.Length), Is.InRange(9_000_000, 11_000_000));
        Assert.That(texts[^1], Does.Contain("output truncated"));
        TestContext.Out.WriteLine($"{texts.Length} messages");
        Assert.That(shared.Client.Run("1 + 1").Reply.Succeeded, Is.True);
    }

    [Test]
    public async Task A_cell_that_ends_the_process_still_delivers_what_it_wrote()
    {
        var (process, client) = Start();
        var cell = client.Send(client.Shell, new ExecuteRequest("Console.Write(\"last words\");\nEnvironment.Exit(3);"));
        var heard = "";
        while (!heard.Contains("last words"))
        {
            heard += client.Receive(client.Iopub).Content is StreamMessage stream ? stream.Text : "";
        }
        await ExitAsync(process, 3);
        Assert.That(client.TryReceive(client.Shell, TimeSpan.FromMilliseconds(100)), Is.Null, "no reply to " + cell.Header.MsgId);
    }

    [Test]
    public async Task The_kernel_ends_when_it_is_told_to_also_while_a_cell_runs()
    {
        var (process, client) = Start();
        client.Send(client.Shell, new ExecuteRequest("while (true) { }"));
        Assert.That(client.Ask<ShutdownReply>(client.Control, new ShutdownRequest(Restart: true)).Restart, Is.True);
        await ExitAsync(process, 0);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_kernel_ends_with_the_program_that_started_it()
    {
        using var parent = Process.Start("sleep", "1000");
        var (process, _) = Start(new() { ["JPY_PARENT_PID"] = parent.Id.ToString(CultureInfo.InvariantCulture) });
        parent.Kill();
        await parent.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience.Long);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task A_termination_signal_ends_the_kernel_in_order()
    {
        var (process, _) = Start();
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await ExitAsync(process, 0);
    }

    [Test]
    public async Task Ports_that_are_taken_are_named_on_standard_error()
    {
        var connection = ConnectionInfo.CreateLocal();
        Start(connection: connection);
        connection.Write(folder.File("taken.json"));
        var result = await CommandLine.RunAsync(folder.Path, "kernel", "start", "--connection-file", folder.File("taken.json"));
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("ports"));
    }

    [TestCase("{}", "no connection file")]
    [TestCase(null, "Could not find file")]
    public async Task A_bad_connection_file_is_named_on_standard_error(string? content, string reason)
    {
        var file = folder.File($"bad-{content is null}.json");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content);
        }
        var result = await CommandLine.RunAsync(folder.Path, "kernel", "start", "--connection-file", file);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(reason).And.Contain(file));
    }

    private (Process Process, ProtocolClient Client) Start(Dictionary<string, string>? environment = null, ConnectionInfo? connection = null)
    {
        connection ??= ConnectionInfo.CreateLocal();
        var file = folder.File(connection.Key + ".json");
        connection.Write(file);
        var process = CommandLine.Start(folder.Path, environment ?? [], "kernel", "start", "--connection-file", file);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        var client = new ProtocolClient(connection);
        toDispose.Add(new Stopper(process, client));
        client.Subscribed();
        client.Ask<KernelInfoReply>(client.Shell, new KernelInfoRequest());
        return (process, client);
    }

    private static async Task ExitAsync(Process process, int exitCode)
    {
        await process.WaitForExitAsync().WaitAsync(Patience.Long);
        Assert.That(process.ExitCode, Is.EqualTo(exitCode));
    }

    private sealed class Stopper(Process process, ProtocolClient client) : IDisposable
    {
        public void Dispose()
        {
            client.Dispose();
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }
}
