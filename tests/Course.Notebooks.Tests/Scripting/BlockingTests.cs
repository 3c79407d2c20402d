using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>Blocking on async code works as in a console program, although what follows an await returns to one thread.</summary>
public sealed class BlockingTests : SessionFixture
{
    [TestCase("Five().Result")]
    [TestCase("Five().GetAwaiter().GetResult()")]
    [TestCase("Enumerable.Range(0, 3).Select(_ => Five().Result).Max()")]
    [TestCase("Nested().Result")]
    [TestCase("await Nested()")]
    [TestCase("(await Task.WhenAll(Five(), Nested()))[1]")]
    [TestCase("await Task.Run(() => Five().Result)")]
    public async Task Blocking_on_an_async_method_does_not_hang(string code)
    {
        await RunAsync("""
            async Task<int> Five() { await Task.Delay(5); await Task.Yield(); return 5; }
            async Task<int> Nested() { await Task.Delay(5); return Five().Result; }
            """);
        Assert.That(await RunAsync(code), Is.EqualTo("5"));
    }

    [Test]
    public async Task What_follows_an_await_runs_on_the_thread_of_the_cell()
    {
        Assert.That(
            await RunAsync("""
                using System.Threading;
                var before = Environment.CurrentManagedThreadId;
                await Task.Delay(5);
                before == Environment.CurrentManagedThreadId
                """),
            Is.EqualTo("True"));
    }

    [Test]
    public async Task Cells_share_a_thread_because_libraries_keep_settings_per_thread()
    {
        await RunAsync("class Setting { [ThreadStatic] public static int Value; }\nSetting.Value = 3;");
        Assert.That(await RunAsync("await Task.Yield();\nSetting.Value"), Is.EqualTo("3"));
    }
}
