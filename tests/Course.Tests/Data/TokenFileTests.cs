using System.Buffers.Binary;
using Course.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class TokenFileTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property What_is_written_is_read_back_at_every_place() =>
        Prop.ForAll(
            Gen.OneOf(Gen.Choose(0, 65_535), Gen.Choose(0, int.MaxValue)).ArrayOf().ToArbitrary(),
            ArbMap.Default.ArbFor<PositiveInt>(),
            (tokens, at) =>
            {
                var path = Path.Combine(Path.GetTempPath(), $"course-{Guid.NewGuid():N}.tokens");
                try
                {
                    TokenFile.Write(path, new TokenArray(tokens));
                    using var file = TokenFile.Open(path);
                    file.Verify();
                    var start = at.Get % (tokens.Length + 1);
                    return file.Length == tokens.Length
                        && file.BitsPerToken == (tokens.Any(t => t > 65_535) ? 32 : 16)
                        && file.ToArray().SequenceEqual(tokens)
                        && file.Slice(start, tokens.Length - start).ToArray().SequenceEqual(tokens[start..]);
                }
                finally
                {
                    File.Delete(path);
                }
            });

    [Test]
    public void Reads_that_span_many_pages_agree_with_memory([Values(16, 32)] int bits)
    {
        var random = new Random(5);
        var tokens = Enumerable.Range(0, 50_000).Select(_ => random.Next(65_536)).ToArray();
        using (var writer = new TokenFileWriter(folder.At("t.tokens"), bits))
        {
            foreach (var part in tokens.Chunk(777))
            {
                writer.Append(part);
            }

            writer.Complete();
        }

        using var file = TokenFile.Open(folder.At("t.tokens"));
        Assert.That(new FileInfo(file.Path).Length, Is.EqualTo(64 + (50_000 * bits / 8)));
        var read = new int[20_001];
        file.Read(12_345, read);
        Assert.That(read, Is.EqualTo(tokens[12_345..32_346]));
    }

    [Test]
    public void A_file_appears_only_when_it_is_complete()
    {
        var path = folder.At("t.tokens");
        TokenFile.Write(path, TokenArray.From([1, 2, 3]));
        using (var writer = new TokenFileWriter(path, 16))
        {
            writer.Append(9, 9);
        }

        using (var file = TokenFile.Open(path))
        {
            Assert.That(file.ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        }

        Assert.That(Directory.GetFiles(folder.Root), Is.EqualTo(new[] { path }), "nothing half-written stays behind");
    }

    [Test]
    public void A_token_too_wide_for_the_file_is_refused()
    {
        using var writer = new TokenFileWriter(folder.At("t.tokens"), 16);
        Assert.That(() => writer.Append(65_536), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("16 bits"));
        Assert.That(() => writer.Append(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TokenFileWriter(folder.At("u.tokens"), 8), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_complete_file_takes_no_more_tokens()
    {
        using var writer = new TokenFileWriter(folder.At("t.tokens"), 16);
        writer.Complete();
        Assert.That(() => writer.Append(1), Throws.InvalidOperationException);
        Assert.That(writer.Complete, Throws.InvalidOperationException);
    }

    [Test]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var path = folder.At("t.tokens");
        TokenFile.Write(path, TokenArray.From([1, 2, 3, 4]));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(() => TokenFile.Open(path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(path), $"{length} bytes");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.That(() => TokenFile.Open(path), Throws.InstanceOf<InvalidDataException>(), "one byte too many");
    }

    [TestCase(0, 8, 0x58, "does not start")]
    [TestCase(8, 2, 2, "version")]
    [TestCase(10, 2, 8, "8 bits per token")]
    [TestCase(10, 2, 0, "0 bits per token")]
    [TestCase(12, 4, 1, "must be zero")]
    [TestCase(56, 8, 1, "must be zero")]
    [TestCase(16, 8, -1, "promises -1")]
    [TestCase(16, 8, long.MaxValue, "promises")]
    [TestCase(16, 8, 0x4000_0000_0000_0004, "promises")] // times 2 bytes this would overflow to 8
    public void A_hostile_header_is_refused(int offset, int size, long value, string why)
    {
        var path = folder.At("t.tokens");
        TokenFile.Write(path, TokenArray.From([1, 2, 3, 4]));
        var bytes = File.ReadAllBytes(path);
        Span<byte> field = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(field, value);
        field[..size].CopyTo(bytes.AsSpan(offset));
        File.WriteAllBytes(path, bytes);
        Assert.That(() => TokenFile.Open(path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(why));
    }

    [Test]
    public void A_changed_token_is_found_by_Verify_and_a_negative_one_by_Read()
    {
        var path = folder.At("t.tokens");
        TokenFile.Write(path, TokenArray.From([1, 70_000, 3]));
        var bytes = File.ReadAllBytes(path);
        bytes[64 + 7] = 0x80;
        File.WriteAllBytes(path, bytes);
        using var file = TokenFile.Open(path);
        Assert.That(file.Verify, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("SHA-256"));
        Assert.That(() => file.ToArray(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("token 1"));
    }

    [Test]
    public void A_closed_file_says_so()
    {
        TokenFile.Write(folder.At("t.tokens"), TokenArray.From([1, 2, 3]));
        var file = TokenFile.Open(folder.At("t.tokens"));
        file.Dispose();
        Assert.That(() => file.ToArray(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => TokenFile.Open(folder.At("none.tokens")), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("none.tokens"));
}
