using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class InterruptTests : SessionFixture
{
    private const string Running = "running";

    protected override CSharpSessionOptions Options(CSharpSessionOptions options) =>
        options with { InterruptPatience = Patience.Long };

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
    [TestCase("while (true) Console.WriteLine(count++);")]
    [TestCase("while (true) lock (Console.Out) { count++; }")]
    [TestCase("do count++; while (true);")]
    [TestCase("for (; ; ) { try { count++; throw new Exception(); } catch (Exception) { } finally { count++; } }")]
    [TestCase("again: count++; goto again;")]
    [TestCase("IEnumerable<int> Forever() { while (true) yield return 1; }\nforeach (var (a, b) in Forever().Zip(Forever())) count++;")]
    [TestCase("int Slow(int n) => n == 0 ? 1 : Slow(n - 1) + Slow(n - 1);\nSlow(60);")]
    [TestCase("class Slow { public static long Of(int n) => n == 0 ? 1 : Of(n - 1) + Of(n - 1); }\nSlow.Of(60);")]
    [TestCase("Enumerable.Repeat(1, int.MaxValue).SelectMany(_ => Enumerable.Repeat(1, int.MaxValue)).Select(x => x + 1).Sum(x => (long)x)")]
    [TestCase("Parallel.For(0, 10, _ => { while (true) { } });")]
    [TestCase("Parallel.ForEach(new[] { 1, 2, 3 }, _ => Thread.Sleep(-1));")]
    [TestCase("Enumerable.Range(0, 9).AsParallel().Select(x => { while (true) { } return x; }).ToArray();")]
    [TestCase("Task.WaitAll(Task.Run(() => { while (true) { } }), Task.Run(() => { while (true) { } }));")]
    [TestCase("try { Task.Run(() => { while (true) { } }).Wait(); } catch (InvalidOperationException) { }")]
    [TestCase("await Parallel.ForEachAsync(new[] { 1, 2 }, async (_, _) => { while (true) await Task.Delay(1); });")]
    [TestCase("await Task.Run(() => { while (true) { } });")]
    [TestCase("Task.Run(() => { while (true) { } }).Wait();")]
    [TestCase("namespace N { static class Busy { public static void Wait() { while (true) { } } } }\nN.Busy.Wait();")]
    [TestCase("lock (new object()) { new ManualResetEventSlim().Wait(); }")]
    public async Task An_interrupt_ends_the_cell_and_keeps_the_variables(string code)
    {
        await RunAsync("using System.Threading;\nvar kept = 5; long count = 0;");
        var error = await InterruptAsync($"kept++;\nConsole.WriteLine(\"{Running}\");\n{code}");
        Assert.That(error.Name, Is.EqualTo("System.OperationCanceledException"));
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
    public async Task A_loop_in_the_background_stops_with_its_cell()
    {
        await RunAsync("var turns = 0;");
        await InterruptAsync($"var busy = Task.Run(() => {{ while (true) turns++; }});\nConsole.WriteLine(\"{Running}\"); await busy;");
        Assert.That(await RunAsync("await Task.WhenAny(busy);\nbusy.Status"), Is.EqualTo("Canceled").Or.EqualTo("Faulted"));
    }

    [Test]
    public async Task Code_that_cannot_be_stopped_is_given_up_and_ends_when_its_library_returns()
    {
        var library = TestLibrary.Compile(Path.Combine(Folder, "Spinning.dll"), """
            public class Spinning
            {
                public static volatile bool Stop;
                public static void Run() { while (!Stop) { } }
            }
            """);
        await using var session = new CSharpSession(new CSharpSessionOptions(Folder) { InterruptPatience = TimeSpan.FromMilliseconds(300) });
        var error = await InterruptAsync(
            $"#r \"Spinning.dll\"\nvar kept = typeof(Spinning);\nConsole.WriteLine(\"{Running}\");\nSpinning.Run();\nwhile (true) {{ }}", session: session);
        Assert.That(error.Value, Does.Contain("restart the notebook"));
        var refused = await session.ExecuteAsync("1", Output);
        Assert.That(refused.Error!.Value, Does.Contain("still running"));

        var spinning = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => !assembly.IsDynamic && assembly.Location == library);
        spinning.GetType("Spinning")!.GetField("Stop")!.SetValue(null, true);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        ExecutionReply reply;
        do
        {
            reply = await session.ExecuteAsync("kept.Name", Output);
        }
        while (!reply.Succeeded && watch.Elapsed < Patience.Long);
        Assert.That(reply.Result!.Data["text/plain"], Is.EqualTo("Spinning"));
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
        await Task.WhenAny(started.Task, running).WaitAsync(Patience.Long);
        Assert.That(running.IsCompleted, Is.False, () => string.Join('\n', running.Result.Error?.Traceback ?? []));
        await interrupt.CancelAsync();
        var reply = await running.WaitAsync(Patience.Long);
        foreach (var (kind, text) in recording.Events)
        {
            Output.Stream(kind, text);
        }
        return reply.Error!;
    }
}
