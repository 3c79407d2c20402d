using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class PublicDatasetsTests
{
    private static readonly string Hash = new('a', 64);

    [Test]
    public void Every_data_set_can_be_found_by_its_name()
    {
        foreach (var dataset in PublicDatasets.All)
        {
            Assert.That(PublicDatasets.Find(dataset.Name), Is.SameAs(dataset));
            Assert.That(dataset.Url.Scheme, Is.EqualTo("https"));
            Assert.That(dataset.Description, Is.Not.Empty);
        }

        Assert.That(PublicDatasets.All.Select(d => d.Name), Is.Unique);
        Assert.That(() => PublicDatasets.Find("tiny"), Throws.ArgumentException.With.Message.Contains("tiny-shakespeare, names"));
    }

    [Test]
    public void What_is_not_asked_for_is_not_downloaded()
    {
        using var folder = new TemporaryFolder();
        using var downloader = new DatasetDownloader(folder.At("cache"));
        foreach (var dataset in PublicDatasets.All)
        {
            Assert.That(downloader.PathOf(dataset), Does.StartWith(folder.Root));
        }

        Assert.That(Directory.Exists(folder.At("cache")), Is.False);
    }

    [TestCase("../up")]
    [TestCase("a/b")]
    [TestCase("A")]
    [TestCase("")]
    [TestCase("a--b")]
    public void A_name_that_could_leave_the_cache_is_refused(string name) =>
        Assert.That(() => new PublicDataset(name, new Uri("https://example.org/a.txt"), 1, Hash, "none"), Throws.InstanceOf<ArgumentException>());

    [TestCase("http://example.org/a.txt")]
    [TestCase("ftp://example.org/a.txt")]
    [TestCase("file:///etc/passwd")]
    public void An_address_that_is_not_safe_is_refused(string url) =>
        Assert.That(() => new PublicDataset("a", new Uri(url), 1, Hash, "none"), Throws.ArgumentException.With.Message.Contains("https"));

    [Test]
    public void A_size_or_hash_that_cannot_be_is_refused()
    {
        var url = new Uri("https://example.org/a.txt");
        Assert.That(() => new PublicDataset("a", url, 0, Hash, "none"), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PublicDataset("a", url, 1, Hash[1..], "none"), Throws.ArgumentException.With.Message.Contains("64"));
        Assert.That(() => new PublicDataset("a", url, 1, Hash[1..] + "g", "none"), Throws.ArgumentException);
        Assert.That(() => new PublicDataset("a", url, 1, Hash, " "), Throws.ArgumentException);
    }

    [Test]
    public void A_list_of_names_is_dealt_line_by_line()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 500).Select(i => $"name{i}").ToList();
        File.WriteAllText(folder.At("own.txt"), string.Join('\n', lines));
        var corpus = PublicDatasets.ReadCorpus(PublicDatasets.Find("names"), folder.At("own.txt"));
        Assert.That(corpus.Train.Split('\n').Concat(corpus.Validation.Split('\n')).Order(), Is.EqualTo(lines.Order()));
        Assert.That(corpus.Validation.Split('\n'), Has.Length.InRange(20, 90));
        Assert.That(corpus.Provenance, Does.Contain("names").And.Contain("https://"));
    }

    [Test]
    public void A_zip_file_gives_its_own_division()
    {
        using var folder = new TemporaryFolder();
        Zip(folder.At("w.zip"), ("wikitext-2-raw/wiki.train.raw", "train\r\ntext"), ("wikitext-2-raw/wiki.valid.raw", "validation"));
        var corpus = PublicDatasets.ReadCorpus(PublicDatasets.Find("wikitext-2"), folder.At("w.zip"));
        Assert.That((corpus.Train, corpus.Validation), Is.EqualTo(("train\ntext", "validation")));
    }

    [Test]
    public void A_zip_file_without_the_text_or_with_far_too_much_is_refused()
    {
        using var folder = new TemporaryFolder();
        Zip(folder.At("w.zip"), ("other", "text"));
        Assert.That(() => PublicDatasets.ReadCorpus(PublicDatasets.Find("enwik8"), folder.At("w.zip")),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("does not contain 'enwik8'"));

        using (var zip = ZipFile.Open(folder.At("bomb.zip"), ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("enwik8", CompressionLevel.Fastest).Open())
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 129; i++)
            {
                entry.Write(zeros);
            }
        }

        Assert.That(() => PublicDatasets.ReadCorpus(PublicDatasets.Find("enwik8"), folder.At("bomb.zip")),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("unpacks to more"));
    }

    [Test]
    public async Task The_cache_can_be_moved()
    {
        using var folder = new TemporaryFolder();
        using var server = new FileServer(Encoding.ASCII.GetBytes("hello"));
        using var downloader = new DatasetDownloader(folder.At("deep/cache"));
        var dataset = new PublicDataset("hello", server.Url, 5, Convert.ToHexString(SHA256.HashData("hello"u8)), "none");
        Assert.That(await downloader.GetAsync(dataset), Is.EqualTo(folder.At("deep/cache/hello.txt".Replace('/', Path.DirectorySeparatorChar))));
    }

    private static void Zip(string path, params (string Name, string Text)[] entries)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
