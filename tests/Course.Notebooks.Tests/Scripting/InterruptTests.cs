using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class InterruptTests : SessionFixture
{
    private const string Running = "running";

    protected override CSharpSessionOptions Options(CSharpSessionOptions options) =>
        options with { InterruptPatience = TimeSpan.FromSeconds(20) };

    [TestCase("while (true) { }")]
    [TestCase("while (true) { count++; }")]
    [TestCase("Thread.Sleep(Timeout.Infinite);")]
    [TestCase("Task.Delay(Timeout.Infinite).Wait();")]
    [TestCase("await Task.Delay(Timeout.Infinite);")]
    [TestCase("while (true) await Task.Delay(1);")]
    [TestCase("while (true) await Task.Yield();")]
    [TestCase("await Task.Delay(1); while (true) { }")]
    [TestCase("while (true) { try { Thread.Sleep(Timeout.Infinite); } catch (Exception) { } }")]
    [TestCase("async Task Spin() { await Task.Yield(); while (true) { } }\nSpin().Wait();")]
    [TestCase("lock (new object()) { new ManualResetEventSlim().Wait(); }")]
    public async Task An_interrupt_ends_the_cell_and_keeps_the_variables(string code)
    {
        await RunAsync("using System.Threading;\nvar kept = 5; long count = 0;");
        await InterruptAsync($"kept++;\nConsole.WriteLine(\"{Running}\");\n{code}");
        Assert.That(await RunAsync("kept"), Is.EqualTo("6"));
    }

    [Test]
    public async Task Interrupts_can_follow_one_another()
    {
        await RunAsync("using System.Threading;\nvar cells = 0;");
        foreach (var wait in (string[])["while (true) { }", "Thread.Sleep(-1);", "while (true) { }", "await Task.Delay(-1);", "while (true) { }"])
        {
            await InterruptAsync($"cells++; Console.WriteLine(\"{Running}\"); {wait}");
        }
        Assert.That(await RunAsync("cells"), Is.EqualTo("5"));
    }

    [Test]
    public async Task The_error_names_the_line_that_was_running()
    {
        var error = await InterruptAsync($"Console.WriteLine(\"{Running}\");\n\nwhile (true) {{ }}");
        Assert.That(error.Name, Is.EqualTo("System.OperationCanceledException"));
        Assert.That(error.Line, Is.EqualTo(3));
    }

    [Test]
    public async Task Finally_blocks_run()
    {
        await RunAsync("using System.Threading;\nvar cleaned = false;");
        await InterruptAsync($"try {{ Console.WriteLine(\"{Running}\"); while (true) {{ }} }} finally {{ cleaned = true; }}");
        Assert.That(await RunAsync("cleaned"), Is.EqualTo("True"));
    }

    [Test]
    public async Task Output_of_an_interrupted_cell_is_complete()
    {
        var error = await InterruptAsync($"Console.WriteLine(\"{Running}\"); Console.Write(\"part\"); while (true) {{ }}", wait: "part");
        Assert.That(error.Value, Does.Contain("interrupted"));
        Assert.That(Output.Out, Is.EqualTo($"{Running}\npart"));
    }

    [Test]
    public async Task A_token_cancelled_beforehand_runs_nothing()
    {
        var reply = await Session.ExecuteAsync("var x = 1;", Output, new CancellationToken(canceled: true));
        Assert.That(reply.Error!.Name, Is.EqualTo("System.OperationCanceledException"));
        Assert.That((await FailAsync("x")).Name, Is.EqualTo("CompilationError"));
    }

    [Test]
    public async Task Code_that_cannot_be_stopped_is_given_up_and_said_to_be()
    {
        await using var session = new CSharpSession(new CSharpSessionOptions(Folder) { InterruptPatience = TimeSpan.FromMilliseconds(300) });
        // A finally block, like native code, cannot be aborted.
        var cell = $"using System.Threading;\nvar release = false;\ntry {{ }} finally {{ Console.WriteLine(\"{Running}\"); while (!Volatile.Read(ref release)) {{ }} }}";
        var error = await InterruptAsync(cell, session: session);
        Assert.That(error.Value, Does.Contain("Restart the notebook"));

        var refused = await session.ExecuteAsync("1", Output);
        Assert.That(refused.Error!.Value, Does.Contain("still running"));
    }

    private async Task<KernelError> InterruptAsync(string code, string wait = Running, CSharpSession? session = null)
    {
        using var interrupt = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var recording = new RecordingOutput
        {
            OnStream = text =>
            {
                if (text.Contains(wait))
                {
                    started.TrySetResult();
                }
            },
        };
        var running = (session ?? Session).ExecuteAsync(code, recording, interrupt.Token);
        await Task.WhenAny(started.Task, running).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(running.IsCompleted, Is.False, () => string.Join('\n', running.Result.Error?.Traceback ?? []));
        await interrupt.CancelAsync();
        var reply = await running.WaitAsync(TimeSpan.FromSeconds(60));
        foreach (var (kind, text) in recording.Events)
        {
            Output.Stream(kind, text);
        }
        return reply.Error!;
    }
}
