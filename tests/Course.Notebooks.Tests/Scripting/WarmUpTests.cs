using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class WarmUpTests : SessionFixture
{
    [Test]
    public async Task Warming_up_leaves_no_trace()
    {
        await Session.WarmUpAsync();
        Assert.That(await RunAsync("#!who\n1"), Is.EqualTo("1"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "") }));
    }

    [Test]
    public async Task Cells_submitted_together_run_one_after_another()
    {
        await RunAsync("var running = 0; var most = 0;");
        var cells = Enumerable.Range(0, 4).Select(_ => Session.ExecuteAsync(
            "running++; most = Math.Max(most, running); await Task.Delay(20); running--;", new RecordingOutput()));
        Assert.That((await Task.WhenAll(cells)).Select(reply => reply.Succeeded), Is.All.True);
        Assert.That(await RunAsync("most"), Is.EqualTo("1"));
    }
}
