using System.Diagnostics;
using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class ConsoleTests : SessionFixture
{
    protected override CSharpSessionOptions Options(CSharpSessionOptions options) =>
        options with { MaxStreamCharacters = 100_000, MaxDisplayCharacters = 20_000 };

    [Test]
    public async Task Standard_output_and_standard_error_stay_apart_and_in_order()
    {
        await RunAsync("Console.Write(1); Console.Error.WriteLine(\"two\"); Console.WriteLine(\"{0}{1}\", 3, 'c'); Console.Error.Write(4.5);");
        Assert.That(
            Output.Events, Is.EqualTo(new[] { ("stdout", "1"), ("stderr", "two\n"), ("stdout", "3c\n"), ("stderr", "4.5") }));
    }

    [Test]
    public async Task Text_and_displayed_values_keep_their_order()
    {
        await RunAsync("Console.Write(\"a\"); display(\"b\"); Console.Write(\"c\"); var d = display(\"d\"); Console.Write(\"e\"); d.Update(\"f\");");
        Assert.That(Output.Events.Select(shown => shown.Text), Is.EqualTo(new[] { "a", "b", "c", "d", "e", "f" }));
    }

    [Test]
    public async Task Text_arrives_while_the_cell_runs()
    {
        var arrived = new TaskCompletionSource();
        var output = new RecordingOutput { OnStream = _ => arrived.TrySetResult() };
        using var stop = new CancellationTokenSource();
        var running = Session.ExecuteAsync("Console.WriteLine(\"line\"); while (true) await Task.Delay(5);", output, stop.Token);
        await arrived.Task.WaitAsync(Patience.Long);
        Assert.That(running.IsCompleted, Is.False);
        Assert.That(output.Out, Is.EqualTo("line\n"));
        await stop.CancelAsync();
        await running;
    }

    [Test]
    public async Task A_line_without_its_end_arrives_too()
    {
        var arrived = new TaskCompletionSource();
        var output = new RecordingOutput { OnStream = _ => arrived.TrySetResult() };
        using var stop = new CancellationTokenSource();
        var running = Session.ExecuteAsync("Console.Write(\"part\"); while (true) await Task.Delay(5);", output, stop.Token);
        await arrived.Task.WaitAsync(Patience.Long);
        Assert.That(running.IsCompleted, Is.False);
        Assert.That(output.Out, Is.EqualTo("part"));
        await stop.CancelAsync();
        await running;
    }

    [Test]
    public async Task Tasks_and_threads_write_to_the_cell_that_started_them()
    {
        await RunAsync("""
            using System.Threading;
            var release = new ManualResetEventSlim();
            var task = Task.Run(() => { Console.WriteLine("task"); release.Wait(); Console.WriteLine("late task"); });
            var thread = new Thread(() => { Console.WriteLine("thread"); release.Wait(); Console.WriteLine("late thread"); });
            thread.Start();
            """);
        var second = new RecordingOutput();
        var reply = await Session.ExecuteAsync("Console.WriteLine(\"second\"); release.Set(); thread.Join(); await task;", second);
        Assert.That(reply.Error, Is.Null);
        Assert.That(second.Out, Is.EqualTo("second\n"));
        await Until(() => Output.Out.Contains("late task") && Output.Out.Contains("late thread"));
        Assert.That(Output.Out.Split('\n'), Is.EquivalentTo(new[] { "task", "thread", "late task", "late thread", "" }));
    }

    [Test]
    public async Task An_unawaited_method_goes_on_after_its_cell()
    {
        await RunAsync("async Task Later() { await Task.Delay(100); Console.WriteLine(\"later\"); }\nvar later = Later();");
        await RunAsync("await later;");
        await Until(() => Output.Out == "later\n");
    }

    [Test]
    public async Task A_late_exception_is_told_and_does_no_harm()
    {
        await RunAsync("async void Later() { await Task.Delay(50); throw new InvalidOperationException(\"too late\"); }\nLater();");
        await Until(() => Output.Error.Contains("too late"));
        Assert.That(await RunAsync("1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Too_much_text_is_cut_with_a_notice()
    {
        await RunAsync("for (var line = 0; line < 100_000; line++) Console.WriteLine(\"some text\"); Console.Error.WriteLine(\"more\");");
        Assert.That(Output.Out.Length, Is.InRange(100_000, 100_200));
        Assert.That(Output.Out, Does.EndWith(
            "[output truncated: this cell produced more than 100,000 characters of text; the rest is not shown]\n"));
        Assert.That(Output.Error, Is.Empty);
        await RunAsync("Console.WriteLine(\"the next cell\");");
        Assert.That(Output.Out, Does.EndWith("the next cell\n"));
    }

    [Test]
    public async Task Too_many_displayed_values_are_cut_with_a_notice()
    {
        await RunAsync("for (var i = 0; i < 100; i++) display(new string('x', 1000));");
        Assert.That(Output.Displays, Has.Count.EqualTo(21));
        Assert.That(Output.Displays[^1].Data["text/plain"], Does.Contain("more than 20,000 characters of displayed values"));
    }

    [Test]
    public async Task A_cell_may_redirect_the_console_and_the_next_one_has_it_back()
    {
        Assert.That(
            await RunAsync("var own = new System.IO.StringWriter(); Console.SetOut(own); Console.Write(\"caught\"); own.ToString()"),
            Is.EqualTo("caught"));
        await RunAsync("Console.Write(\"shown\");");
        Assert.That(Output.Out, Is.EqualTo("shown"));
    }

    [Test]
    public async Task Code_outside_every_cell_keeps_its_console()
    {
        await RunAsync("1");
        Console.WriteLine("from a test");
        Assert.That(Output.Out, Is.Empty);
    }

    private static async Task Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Patience.Long), "What should have arrived did not.");
            await Task.Delay(10);
        }
    }
}
