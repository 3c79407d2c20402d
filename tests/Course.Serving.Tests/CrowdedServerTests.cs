using System.Net;
using Course.Alignment.Assistants;
using NUnit.Framework;

namespace Course.Serving.Tests;

/// <summary>A server with one place and one seat to wait for it. Its models open when the test says so: until then the place is taken.</summary>
public abstract class CrowdedServer : ServedModel
{
    protected const string Body = """{"messages":[{"role":"user","content":"Hello"}],"max_tokens":4}""";

    protected abstract TimeSpan AnswerTimeout { get; }

    protected override ServerOptions Options => new() { Port = 0, MaxParallel = 1, MaxWaiting = 1, AnswerTimeout = AnswerTimeout };

    protected SemaphoreSlim PlaceTaken { get; } = new(0);

    protected ManualResetEventSlim Door { get; } = new();

    protected override IReadOnlyList<Assistant> Open(string name, int count)
    {
        PlaceTaken.Release();
        Door.Wait();
        return Load(name, count);
    }

    [OneTimeTearDown]
    public void Close()
    {
        PlaceTaken.Dispose();
        Door.Dispose();
    }

    /// <summary>Sends the request that takes the place.</summary>
    protected async Task<Task<HttpStatusCode>> TakePlaceAsync()
    {
        var first = StatusAsync();
        await PlaceTaken.WaitAsync();
        return first;
    }

    protected async Task<HttpStatusCode> StatusAsync() => (await PostAsync(Json(Body))).Status;
}

/// <summary>What happens when all places are taken.</summary>
public sealed class NoPlaceTests : CrowdedServer
{
    protected override TimeSpan AnswerTimeout => TimeSpan.FromMinutes(9);

    [Test]
    public async Task Who_finds_no_place_is_told_to_come_again_and_who_waits_is_answered()
    {
        try
        {
            var first = await TakePlaceAsync();
            List<Task<HttpStatusCode>> others = [StatusAsync(), StatusAsync()];
            var refused = await Task.WhenAny(others);
            Assert.That(await refused, Is.EqualTo(HttpStatusCode.TooManyRequests), "one seat, two who want it");
            others.Remove(refused);
            Assert.That(others[0].IsCompleted, Is.False, "the other one waits");
            Door.Set();
            Assert.That(await first, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await others[0], Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            Door.Set();
        }
    }
}

/// <summary>What happens when an answer takes too long.</summary>
public sealed class NoPatienceTests : CrowdedServer
{
    protected override TimeSpan AnswerTimeout => TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task Who_waits_too_long_is_told_so_and_so_is_who_kept_the_others_waiting()
    {
        try
        {
            var first = await TakePlaceAsync();
            Assert.That(await StatusAsync(), Is.EqualTo(HttpStatusCode.GatewayTimeout));
            // Long after its time is over, for whoever waited behind it came later and is told already.
            Door.Set();
            Assert.That(await first, Is.EqualTo(HttpStatusCode.GatewayTimeout));
        }
        finally
        {
            Door.Set();
        }
    }
}
