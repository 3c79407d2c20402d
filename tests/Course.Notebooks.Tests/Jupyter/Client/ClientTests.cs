using System.Diagnostics;
using System.Text;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;
using Course.Notebooks.Tests.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter.Client;

/// <summary>The client against a kernel that a test scripts: every order and every damage of messages.</summary>
[TestFixture]
public sealed class ClientTests
{
    private static readonly StatusMessage Busy = new(StatusMessage.Busy);
    private static readonly StatusMessage Idle = new(StatusMessage.Idle);
    private static readonly StreamMessage Hello = new("stdout", "hello");

    private ScriptedKernel kernel = null!;
    private RecordingOutput output = null!;

    [SetUp]
    public void MakeKernel()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "the kernel's process is a shell script");
        kernel = new ScriptedKernel();
        output = new RecordingOutput();
    }

    [TearDown]
    public async Task EndKernel() => await kernel.DisposeAsync();

    private async Task UseAsync(ScriptedKernel other)
    {
        await kernel.DisposeAsync();
        kernel = other;
    }

    [Test]
    public async Task Messages_become_output_a_result_and_times()
    {
        kernel.OnExecute = request =>
        {
            kernel.Publish(request, Busy, new ExecuteInput("1", 1), Hello, new ExecuteResult(new MimeBundle("text/plain", "2"), 1));
            kernel.Reply(request, new ExecuteReply(1));
            kernel.Publish(request, Idle);
        };
        await using var client = await kernel.StartAsync();

        var reply = await client.ExecuteAsync("1 + 1", output);

        Assert.That(output.Out, Is.EqualTo("hello"));
        Assert.That(reply.Result!.Data["text/plain"], Is.EqualTo("2"));
        Assert.That(reply.Succeeded, Is.True);
        var times = reply.Times!;
        Assert.That((times.Busy <= times.Input, times.Input <= times.Reply, times.Reply <= times.Idle), Is.EqualTo((true, true, true)));
        var request = kernel.Received.Select(message => message.Content).OfType<ExecuteRequest>().Single();
        Assert.That((request.Code, request.AllowStdin, request.Silent), Is.EqualTo(("1 + 1", false, false)));
    }

    [Test]
    public async Task Output_between_the_reply_and_idle_belongs_to_the_cell()
    {
        kernel.OnExecute = request =>
        {
            kernel.Reply(request, new ExecuteReply(1));
            kernel.Later(TimeSpan.FromSeconds(0.2), () => kernel.Publish(request, Hello, Idle));
        };
        await using var client = await kernel.StartAsync();
        await client.ExecuteAsync("", output);
        Assert.That(output.Out, Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_reply_after_idle_is_waited_for()
    {
        kernel.OnExecute = request =>
        {
            kernel.Publish(request, Busy, Idle);
            kernel.Later(TimeSpan.FromSeconds(0.2), () => kernel.Reply(request,
                new ExecuteReply(1) { Status = ReplyContent.Error, Ename = "E", Evalue = "v", Traceback = ["t"] }));
        };
        await using var client = await kernel.StartAsync();
        var reply = await client.ExecuteAsync("", output);
        Assert.That((reply.Error!.Name, reply.Error.Value, reply.Error.Traceback.Single()), Is.EqualTo(("E", "v", "t")));
    }

    [Test]
    public async Task A_cell_ends_without_idle_once_nothing_more_arrives()
    {
        kernel.OnExecute = request =>
        {
            kernel.Reply(request, new ExecuteReply(1));
            for (var i = 1; i <= 4; i++)
            {
                // Longer in all than the client's patience, which begins anew with each message.
                kernel.Later(TimeSpan.FromSeconds(0.2 * i), () => kernel.Publish(request, new StreamMessage("stdout", "x")));
            }
        };
        await using var client = await kernel.StartAsync();
        var reply = await client.ExecuteAsync("", output);
        Assert.That(reply.Succeeded, Is.True);
        Assert.That(output.Out, Is.EqualTo("xxxx"));
        Assert.That(reply.Times!.Idle, Is.Null);
    }

    [Test]
    public async Task A_cell_without_a_reply_is_an_error_that_says_what_was_refused()
    {
        kernel.OnExecute = request =>
        {
            kernel.Reply(request, new UnknownContent("execute_reply", new() { ["execution_count"] = "many" }));
            kernel.Publish(request, Busy, Idle);
        };
        await using var client = await kernel.StartAsync();
        var reply = await client.ExecuteAsync("", output);
        Assert.That(reply.Error!.Name, Is.EqualTo("NoReply"));
        Assert.That(reply.Error.Value, Does.Contain("sent no reply").And.Contain("malformed"));
    }

    [Test]
    public async Task What_is_wrongly_signed_sent_twice_or_garbage_is_passed_over()
    {
        kernel.OnExecute = request =>
        {
            var forged = new StreamMessage("stdout", "forged");
            kernel.PublishRaw([.. kernel.Encode(request, forged, [], key: "another key")]);
            kernel.PublishRaw(Encoding.UTF8.GetBytes("garbage"));
            kernel.PublishRaw([], [], [1, 2, 3]);
            byte[][] hello = [.. kernel.Encode(request, Hello, [])];
            kernel.PublishRaw(hello);
            kernel.PublishRaw(hello);
            kernel.Publish(request, new UnknownContent("from_the_future", []), Idle);
            kernel.Reply(request, new ExecuteReply(1));
        };
        await using var client = await kernel.StartAsync();
        Assert.That((await client.ExecuteAsync("", output)).Succeeded, Is.True);
        Assert.That(output.Out, Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_kernel_with_another_key_does_not_start_and_the_reason_is_said()
    {
        await UseAsync(new ScriptedKernel { Key = "another key" });
        kernel.Launch = kernel.Launch with { StartTimeout = TimeSpan.FromSeconds(3) };
        var starting = kernel.StartAsync();
        var died = await Assert.ThrowsAsync<KernelDiedException>(() => starting);
        Assert.That(died!.Message, Does.Contain("did not answer within 3 s").And.Contain("signature is wrong"));
    }

    [Test]
    public async Task Late_output_goes_to_the_cell_that_caused_it_and_strangers_output_nowhere()
    {
        JupyterMessage? first = null;
        kernel.OnExecute = request =>
        {
            first ??= request;
            kernel.Publish(first, new StreamMessage("stdout", first == request ? "first" : " late"));
            kernel.Publish(null, new StreamMessage("stdout", "nobody's"));
            kernel.Publish(JupyterMessage.Create(new ExecuteRequest(""), "another"), new StreamMessage("stdout", "a stranger's"));
            kernel.Publish(request, Idle);
            kernel.Reply(request, new ExecuteReply(1));
        };
        var second = new RecordingOutput();
        await using var client = await kernel.StartAsync();
        await client.ExecuteAsync("1", output);
        await client.ExecuteAsync("2", second);
        Assert.That(output.Out, Is.EqualTo("first late"));
        Assert.That(second.Out, Is.Empty);
    }

    [Test]
    public async Task A_process_that_dies_in_a_cell_leaves_its_output_and_its_last_words()
    {
        await UseAsync(new ScriptedKernel("while [ ! -e end ]; do sleep 0.05; done; echo last words >&2; exit 7"));
        kernel.OnExecute = request =>
        {
            kernel.Publish(request, Busy, Hello);
            File.WriteAllText(Path.Combine(kernel.Folder, "end"), "");
        };
        await using var client = await kernel.StartAsync();
        var died = await Assert.ThrowsAsync<KernelDiedException>(() => client.ExecuteAsync("", output));
        Assert.That(died!.Exit.ExitCode, Is.EqualTo(7));
        Assert.That(died.Exit.LastWords, Is.EqualTo(["last words"]));
        Assert.That(output.Out, Is.EqualTo("hello"));
    }

    [Test]
    public async Task An_output_that_cannot_be_taken_ends_the_kernel_with_the_reason()
    {
        kernel.OnExecute = request => kernel.Publish(request, Hello);
        await using var client = await kernel.StartAsync();
        var died = await Assert.ThrowsAsync<KernelDiedException>(() => client.ExecuteAsync("", new FullDisk()));
        Assert.That(died!.Message, Is.EqualTo("The executor could not take the kernel's output: The disk is full."));
    }

    [Test]
    public async Task A_kernel_that_does_not_welcome_is_heard_before_the_first_cell()
    {
        await UseAsync(new ScriptedKernel { Welcomes = false });
        kernel.OnExecute = request =>
        {
            kernel.Publish(request, Hello, Idle);
            kernel.Reply(request, new ExecuteReply(1));
        };
        await using var client = await kernel.StartAsync();
        await client.ExecuteAsync("", output);
        Assert.That(output.Out, Is.EqualTo("hello"));
    }

    [TestCase(InterruptMode.Message)]
    [TestCase(InterruptMode.Signal)]
    public async Task A_kernel_is_interrupted_the_way_it_wants(InterruptMode mode)
    {
        await UseAsync(new ScriptedKernel("while true; do sleep 0.1; done", before: "trap 'echo > interrupted' INT;"));
        kernel.Launch = kernel.Launch with { InterruptMode = mode };
        await using var client = await kernel.StartAsync();
        await client.InterruptAsync();

        var marker = Path.Combine(kernel.Launch.WorkingDirectory, "interrupted");
        var told = () => mode == InterruptMode.Signal ? File.Exists(marker) : Contents().OfType<InterruptRequest>().Any();
        Assert.That(SpinWait.SpinUntil(told, Patience.Long), Is.True);
        Assert.That(File.Exists(marker), Is.EqualTo(mode == InterruptMode.Signal));
    }

    [Test]
    public async Task A_question_is_answered_and_the_answer_names_the_question()
    {
        kernel.OnExecute = request => kernel.Ask(request, new InputRequestMessage("name? ", Password: true));
        await using var client = await kernel.StartAsync((prompt, password) => Task.FromResult($"{prompt}{password}"));
        _ = client.ExecuteAsync("", output);
        Assert.That(SpinWait.SpinUntil(() => Contents().OfType<InputReply>().Any(), TimeSpan.FromSeconds(10)), Is.True);
        var answer = kernel.Received.Single(message => message.Content is InputReply);
        Assert.That(((InputReply)answer.Content).Value, Is.EqualTo("name? True"));
        Assert.That(answer.Parent!.MsgType, Is.EqualTo("input_request"));
        Assert.That(Contents().OfType<ExecuteRequest>().Single().AllowStdin, Is.True);
    }

    [Test]
    public async Task Displays_keep_their_identifiers_and_what_is_said_about_them()
    {
        kernel.OnExecute = request =>
        {
            kernel.Publish(request,
                new DisplayData(new MimeBundle("image/png", "AAAA")) { Metadata = new() { ["width"] = 7 }, Transient = new DisplayTransient("d") },
                new UpdateDisplayData(new MimeBundle("image/png", "BBBB"), new DisplayTransient("d")),
                new ClearOutput(true),
                new ExecuteResult(new MimeBundle("text/plain", "1"), 1), new ExecuteResult(new MimeBundle("text/plain", "2"), 1), Idle);
            kernel.Reply(request, new ExecuteReply(1));
        };
        var recorder = new OutputRecorder(1000).NewCell();
        await using var client = await kernel.StartAsync();
        var reply = await client.ExecuteAsync("", recorder);

        Assert.That(recorder.ToOutputs().Select(o => o.Bundle!.Data["text/plain"]), Is.EqualTo(["1"]), "clear_output took the picture");
        Assert.That(reply.Result!.Data["text/plain"], Is.EqualTo("2"));

        kernel.OnExecute = request =>
        {
            kernel.Publish(request, new DisplayData(new MimeBundle("image/png", "AAAA")) { Metadata = new() { ["width"] = 7 } }, Idle);
            kernel.Reply(request, new ExecuteReply(1));
        };
        var picture = new OutputRecorder(1000).NewCell();
        await client.ExecuteAsync("", picture);
        Assert.That((int?)picture.ToOutputs().Single().Json["metadata"]!["width"], Is.EqualTo(7));
    }

    [Test]
    public async Task The_connection_file_is_private_and_goes_with_the_client()
    {
        string path;
        await using (await kernel.StartAsync())
        {
            path = Directory.GetDirectories(Path.GetTempPath(), "course-kernel-*").Select(folder => Path.Combine(folder, "connection.json"))
                .Single(file => File.Exists(file) && File.ReadAllText(file) == File.ReadAllText(Path.Combine(kernel.Folder, "connection")));
            if (OperatingSystem.IsWindows())
            {
                return;
            }
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(path)!) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute),
                Is.EqualTo(UnixFileMode.None));
        }
        Assert.That(Directory.Exists(Path.GetDirectoryName(path)), Is.False);
        Assert.That(() => Process.GetProcessById(kernel.ProcessId), Throws.ArgumentException, "the process is gone");
    }

    [Test]
    public async Task A_port_taken_meanwhile_is_another_attempt()
    {
        // The first start fails as a kernel does whose port is taken.
        await UseAsync(new ScriptedKernel(
            before: "if [ ! -e tried ]; then touch tried; echo 'zmq: Address already in use' >&2; exit 1; fi;"));
        await using var client = await kernel.StartAsync();
        Assert.That(File.Exists(Path.Combine(kernel.Folder, "tried")), Is.True);
        Assert.That(client.ProcessId, Is.EqualTo(kernel.ProcessId));
    }

    private MessageContent[] Contents()
    {
        lock (kernel.Received)
        {
            return [.. kernel.Received.Select(message => message.Content)];
        }
    }

    private sealed class FullDisk : IKernelOutput
    {
        public void Stream(string name, string text) => throw new IOException("The disk is full.");

        public void Display(MimeBundle bundle, string? displayId = null) => throw new NotSupportedException();

        public void UpdateDisplay(MimeBundle bundle, string displayId) => throw new NotSupportedException();

        public void ClearOutput(bool wait) => throw new NotSupportedException();
    }
}
