using System.Security.Cryptography;
using System.Text;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class DatasetDownloaderTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line {i}\n")));
    private TemporaryFolder folder = null!;
    private FileServer server = null!;
    private DatasetDownloader downloader = null!;

    [SetUp]
    public void Start()
    {
        folder = new TemporaryFolder();
        server = new FileServer(Content);
        downloader = Downloader();
    }

    [TearDown]
    public void Stop()
    {
        downloader.Dispose();
        server.Dispose();
        folder.Dispose();
    }

    private DatasetDownloader Downloader() => new(folder.Root) { FirstPause = TimeSpan.FromMilliseconds(1) };

    private PublicDataset Dataset(long? size = null, string? hash = null) =>
        new("lines", server.Url, size ?? Content.Length, hash ?? Convert.ToHexString(SHA256.HashData(Content)), "made here");

    private string Path => downloader.PathOf(Dataset());

    private string Part => Path + ".part";

    private void AssertWhole()
    {
        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(Content));
        Assert.That(Directory.GetFiles(folder.Root).Select(System.IO.Path.GetFileName).Order(), Is.EqualTo(new[] { "lines.txt", "lines.txt.lock" }));
    }

    private async Task<string> FailAsync(PublicDataset dataset)
    {
        try
        {
            await downloader.GetAsync(dataset);
        }
        catch (DatasetDownloadException e)
        {
            Assert.That(File.Exists(Path), Is.False, "nothing wrong gets into the cache");
            Assert.That(e.Message, Does.Contain("'lines'").And.Contain("DotnetDocumentation"), "names the data set, and what works instead");
            return e.Message;
        }

        Assert.Fail("The download should have failed.");
        return "";
    }

    [Test]
    public async Task A_file_is_downloaded_once()
    {
        var progress = new Collect();
        Assert.That(await downloader.GetAsync(Dataset(), progress), Is.EqualTo(Path));
        AssertWhole();
        Assert.That(progress.Received, Is.Ordered);
        Assert.That(progress.Received[^1], Is.EqualTo(Content.Length));
        await downloader.GetAsync(Dataset());
        Assert.That(server.Requests, Is.EqualTo(new[] { "all" }));
    }

    [Test]
    public async Task A_cut_connection_is_continued_in_the_same_call()
    {
        server.Misbehaviour.Enqueue(server.CutAfter(100_000));
        server.Misbehaviour.Enqueue(server.CutAfter(50_000));
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Has.Count.EqualTo(3));
        Assert.That(server.Requests.Skip(1).All(r => r.StartsWith("bytes=", StringComparison.Ordinal)), Is.True);
    }

    [Test]
    public async Task A_cut_download_is_continued_by_a_later_process()
    {
        for (var i = 0; i < 4; i++)
        {
            server.Misbehaviour.Enqueue(server.CutAfter(60_000));
        }

        Assert.That(await FailAsync(Dataset()), Does.Contain("broke").Or.Contain("ended").And.Contain("in 4 tries"));
        var arrived = new FileInfo(Part).Length;
        Assert.That(arrived, Is.InRange(1, 240_000));
        using var later = Downloader();
        await later.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests[^1], Is.EqualTo($"bytes={arrived}-"));
    }

    [Test]
    public async Task A_server_that_ignores_ranges_sends_all_again()
    {
        server.IgnoresRange = true;
        server.Misbehaviour.Enqueue(server.CutAfter(100_000));
        await downloader.GetAsync(Dataset());
        AssertWhole();
    }

    [Test]
    public async Task A_file_that_changed_in_between_is_not_joined_from_two_versions()
    {
        // The part of an older version lies there; the server says by If-Range that its file is another one now.
        File.WriteAllBytes(Part, new byte[1000]);
        File.WriteAllText(Part + ".version", "\"zero\"");
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_part_is_noticed_and_dropped_even_if_the_server_names_no_version()
    {
        server.Tag = null;
        File.WriteAllBytes(Part, new byte[1000]);
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Is.EqualTo(new[] { "bytes=1000-", "all" }));
    }

    [Test]
    public async Task A_part_that_is_too_long_is_dropped()
    {
        File.WriteAllBytes(Part, new byte[Content.Length + 1]);
        await downloader.GetAsync(Dataset());
        AssertWhole();
    }

    [Test]
    public async Task A_whole_part_is_only_checked()
    {
        File.WriteAllBytes(Part, Content);
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public async Task A_range_that_cannot_be_served_starts_anew()
    {
        File.WriteAllBytes(Part, Content[..500]);
        server.Misbehaviour.Enqueue(FileServer.Status(416));
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Is.EqualTo(new[] { "bytes=500-", "all" }));
    }

    [Test]
    public async Task Wrong_bytes_never_reach_the_cache()
    {
        var wrong = (byte[])Content.Clone();
        wrong[12345] ^= 1;
        server.Misbehaviour.Enqueue(FileServer.Send(wrong));
        Assert.That(await FailAsync(Dataset()), Does.Contain("SHA-256"));
        Assert.That(File.Exists(Part), Is.False, "wrong bytes are not continued from either");
        await downloader.GetAsync(Dataset());
        AssertWhole();
    }

    [Test]
    public async Task Too_many_bytes_are_refused_while_they_come([Values] bool announced)
    {
        server.Misbehaviour.Enqueue(FileServer.Send([.. Content, .. new byte[10_000_000]], announced));
        Assert.That(await FailAsync(Dataset()), Does.Contain(announced ? "instead of" : "more than the expected"));
        Assert.That(File.Exists(Part), Is.False);
    }

    [Test]
    public async Task Too_few_bytes_are_refused()
    {
        server.Misbehaviour.Enqueue(FileServer.Send(Content[..1000]));
        Assert.That(await FailAsync(Dataset()), Does.Contain("offers 1000 bytes"));
    }

    [TestCase(404, "no file")]
    [TestCase(410, "no file")]
    [TestCase(403, "refuses")]
    [TestCase(401, "refuses")]
    public async Task A_refusal_is_final(int status, string why)
    {
        server.Misbehaviour.Enqueue(FileServer.Status(status));
        Assert.That(await FailAsync(Dataset()), Does.Contain(why).And.Contain($"{status}"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task A_busy_server_is_asked_again(int status)
    {
        server.Misbehaviour.Enqueue(FileServer.Status(status));
        server.Misbehaviour.Enqueue(FileServer.Status(status));
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_server_that_stays_busy_is_given_up_on()
    {
        for (var i = 0; i < 10; i++)
        {
            server.Misbehaviour.Enqueue(FileServer.Status(500));
        }

        Assert.That(await FailAsync(Dataset()), Does.Contain("500").And.Contain("in 4 tries"));
        Assert.That(server.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_server_that_falls_silent_is_given_up_on()
    {
        var over = new TaskCompletionSource();
        server.Misbehaviour.Enqueue(server.HangAfter(100_000, over.Task));
        using var impatient = new DatasetDownloader(folder.Root) { FirstPause = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromSeconds(1) };
        await impatient.GetAsync(Dataset());
        over.SetResult();
        AssertWhole();
        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Cancelling_keeps_what_has_arrived()
    {
        var over = new TaskCompletionSource();
        server.Misbehaviour.Enqueue(server.HangAfter(200_000, over.Task));
        using var stop = new CancellationTokenSource();
        var progress = new Collect { WhenReceived = received => { if (received >= 200_000) { stop.Cancel(); } } };
        Assert.That(async () => await downloader.GetAsync(Dataset(), progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        over.SetResult();
        Assert.That(new FileInfo(Part).Length, Is.EqualTo(200_000));
        await downloader.GetAsync(Dataset());
        AssertWhole();
        Assert.That(server.Requests[^1], Is.EqualTo("bytes=200000-"));
    }

    [Test]
    public async Task Of_many_at_once_one_downloads()
    {
        var others = Enumerable.Range(0, 4).Select(_ => Downloader()).ToList();
        var paths = await Task.WhenAll(others.Select(d => d.GetAsync(Dataset())));
        others.ForEach(d => d.Dispose());
        Assert.That(paths, Is.All.EqualTo(Path));
        Assert.That(server.Requests, Is.EqualTo(new[] { "all" }));
        AssertWhole();
    }

    [Test]
    public async Task A_redirect_is_followed_to_a_safe_address_only()
    {
        server.Misbehaviour.Enqueue(FileServer.MovedTo("/elsewhere.txt"));
        await downloader.GetAsync(Dataset());
        AssertWhole();
        File.Delete(Path);
        foreach (var unsafeUrl in new[] { "http://example.org/file.txt", "file:///etc/passwd", "ftp://127.0.0.1/file.txt" })
        {
            server.Misbehaviour.Enqueue(FileServer.MovedTo(unsafeUrl));
            Assert.That(await FailAsync(Dataset()), Does.Contain("not an https address"));
        }
    }

    [Test]
    public async Task A_redirect_in_a_circle_ends()
    {
        for (var i = 0; i < 20; i++)
        {
            server.Misbehaviour.Enqueue(FileServer.MovedTo(server.Url.ToString()));
        }

        Assert.That(await FailAsync(Dataset()), Does.Contain("points on and on"));
    }

    [Test]
    public async Task Without_a_network_the_message_says_what_works()
    {
        var url = server.Url;
        server.Dispose();
        Assert.That(await FailAsync(new PublicDataset("lines", url, 10, new string('0', 64), "made here")),
            Does.Contain("cannot be reached").And.Contain("offline"));
    }

    [Test]
    public async Task A_damaged_cache_is_repaired()
    {
        await downloader.GetAsync(Dataset());
        var bytes = File.ReadAllBytes(Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path, bytes);
        await downloader.GetAsync(Dataset());
        AssertWhole();
    }

    private sealed class Collect : IProgress<DownloadProgress>
    {
        public List<long> Received { get; } = [];

        public Action<long>? WhenReceived { get; init; }

        public void Report(DownloadProgress value)
        {
            Received.Add(value.Received);
            WhenReceived?.Invoke(value.Received);
        }
    }
}
