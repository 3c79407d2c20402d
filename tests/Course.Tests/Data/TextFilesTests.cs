using System.Text;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class TextFilesTests
{
    private const string Text = "Grüße\n€ 😀\nend";
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static IEnumerable<Encoding> Encodings() =>
        [new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, new UTF32Encoding(true, true)];

    [TestCaseSource(nameof(Encodings))]
    public void The_byte_order_mark_decides_the_encoding(Encoding encoding)
    {
        File.WriteAllText(folder.At("t.txt"), Text.Replace("\n", "\r\n", StringComparison.Ordinal), encoding);
        Assert.That(TextFiles.ReadFile(folder.At("t.txt")), Is.EqualTo(Text));
    }

    [Test]
    public void Another_encoding_is_an_error_until_it_is_named()
    {
        File.WriteAllBytes(folder.At("old.txt"), Encoding.Latin1.GetBytes("Grüße"));
        Assert.That(() => TextFiles.ReadFile(folder.At("old.txt")),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("old.txt").And.Message.Contains("at byte 2"));
        Assert.That(TextFiles.ReadFile(folder.At("old.txt"), new TextFileOptions { Encoding = Encoding.Latin1 }), Is.EqualTo("Grüße"));
    }

    [TestCase(new byte[] { }, "empty")]
    [TestCase(new byte[] { 32, 10 }, "empty")]
    [TestCase(new byte[] { 65, 0, 66 }, "binary")]
    [TestCase(new byte[] { 0xFF, 0xFE, 0x00, 0xD8, 65, 0 }, "utf-16")] // half a surrogate pair
    public void A_file_that_is_no_text_is_refused(byte[] content, string why)
    {
        File.WriteAllBytes(folder.At("t.txt"), content);
        Assert.That(() => TextFiles.ReadFile(folder.At("t.txt")), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(why));
    }

    [Test]
    public void A_file_larger_than_the_limit_is_refused()
    {
        File.WriteAllText(folder.At("t.txt"), new string('a', 101));
        Assert.That(() => TextFiles.ReadFile(folder.At("t.txt"), new TextFileOptions { MaxFileBytes = 100 }),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("101 bytes"));
        Assert.That(TextFiles.ReadFile(folder.At("t.txt"), new TextFileOptions { MaxFileBytes = 101 }), Has.Length.EqualTo(101));
    }

    [Test]
    public void What_does_not_exist_is_named()
    {
        Assert.That(() => TextFiles.ReadFile(folder.At("none.txt")), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("none.txt"));
        Assert.That(() => TextFiles.ReadFile(folder.Root), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("ReadFolder"));
        Assert.That(() => TextFiles.ReadFolder(folder.At("none")), Throws.InstanceOf<DirectoryNotFoundException>().With.Message.Contains("none"));
        Assert.That(() => TextFiles.ReadFolder(folder.Root), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(".txt or .md"));
    }

    [Test]
    public void A_folder_is_read_in_the_order_of_its_paths()
    {
        Directory.CreateDirectory(folder.At("b/.hidden"));
        File.WriteAllText(folder.At("c.txt"), "third");
        File.WriteAllText(folder.At("b/a.MD"), "second");
        File.WriteAllText(folder.At("a.txt"), "first");
        File.WriteAllText(folder.At("a.bin"), "not wanted");
        File.WriteAllText(folder.At("b/.hidden/x.txt"), "hidden");
        File.WriteAllBytes(folder.At("b/broken.txt"), [0xFF, 0x41]);
        var progress = new List<double>();
        var read = TextFiles.ReadFolder(folder.Root, progress: new Collect(progress));
        Assert.That(read.Documents, Is.EqualTo(new TextDocument[] { new("a.txt", "first"), new("b/a.MD", "second"), new("c.txt", "third") }));
        Assert.That(read.Skipped.Single().Path, Is.EqualTo("b/broken.txt"));
        Assert.That(progress, Is.EqualTo(new[] { 0.25, 0.5, 0.75, 1 }));
    }

    [Test]
    public void A_link_out_of_the_folder_is_not_followed()
    {
        using var other = new TemporaryFolder();
        File.WriteAllText(other.At("secret.txt"), "secret");
        File.WriteAllText(folder.At("a.txt"), "mine");
        try
        {
            Directory.CreateSymbolicLink(folder.At("link"), other.Root);
        }
        catch (IOException e) when (OperatingSystem.IsWindows())
        {
            Assert.Ignore($"This Windows account may not make links: {e.Message}");
        }

        Assert.That(TextFiles.ReadFolder(folder.Root).Documents.Select(d => d.Text), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public void Limits_hold_for_the_whole_folder_and_cancelling_stops()
    {
        File.WriteAllText(folder.At("a.txt"), new string('a', 60));
        File.WriteAllText(folder.At("b.txt"), new string('b', 60));
        Assert.That(() => TextFiles.ReadFolder(folder.Root, new TextFileOptions { MaxTotalBytes = 100 }),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("MaxTotalBytes"));
        Assert.That(() => TextFiles.ReadFolder(folder.Root, new TextFileOptions { MaxFileBytes = 10 }),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("None of the 2"));
        Assert.That(() => TextFiles.ReadFolder(folder.Root, cancellation: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_file_and_a_folder_become_a_corpus()
    {
        File.WriteAllText(folder.At("a.txt"), new string('a', 90) + new string('b', 10));
        var one = TextFiles.ToCorpus(folder.At("a.txt"));
        Assert.That((one.Train.Length, one.Validation), Is.EqualTo((90, new string('b', 10))));
        for (var i = 0; i < 60; i++)
        {
            File.WriteAllText(folder.At($"n{i}.txt"), $"file {i}.");
        }

        var many = TextFiles.ToCorpus(folder.Root);
        for (var i = 0; i < 60; i++)
        {
            Assert.That(many.Train.Contains($"file {i}.") ^ many.Validation.Contains($"file {i}."), Is.True, "each file is whole and on one side");
        }

        Assert.That(() => TextFiles.ToCorpus(folder.At("none")), Throws.InstanceOf<FileNotFoundException>());
    }

    private sealed class Collect(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }
}
