using System.Buffers.Binary;
using Course.Generation.Fast;
using Course.Models;
using Course.Models.Formats;
using Course.Tests.Data;
using NUnit.Framework;
using TorchSharp;
using Models_ = Course.Tests.Generation.Models;

namespace Course.Tests.Models.Formats;

[TestFixture]
public class Llama2cTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    private string FilePath => folder.At("model.bin");

    [TestCase(true)]
    [TestCase(false)]
    public void A_model_comes_back_bit_by_bit(bool tied)
    {
        using var scope = torch.NewDisposeScope();
        using var gpt = Models_.Make(Models_.Config("llama") with { TieWeights = tied });
        Llama2c.Save(gpt, FilePath);
        using var copy = Llama2c.Load(FilePath, torch.CPU);
        Assert.That(copy.Config with { InitialDeviation = gpt.Config.InitialDeviation }, Is.EqualTo(gpt.Config));
        var state = copy.state_dict();
        foreach (var (name, tensor) in gpt.state_dict())
        {
            TensorAssert.Same(state[name], tensor, name);
        }

        using var decoder = FastDecoder.Load(FilePath);
        using var noGrad = torch.no_grad();
        var logits = gpt.Logits(torch.tensor(new long[] { 1, 2, 3 }, [1, 3], device: torch.CPU))[0, -1];
        TensorAssert.Near(torch.tensor(decoder.Read([1, 2, 3]).ToArray(), device: torch.CPU), logits, 1e-4);
    }

    [Test]
    public void The_header_and_the_order_are_those_of_the_format()
    {
        using var scope = torch.NewDisposeScope();
        using var gpt = Models_.Make(Models_.Config("llama") with { TieWeights = false });
        Llama2c.Save(gpt, FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        var header = Enumerable.Range(0, 7).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * 4))).ToArray();
        Assert.That(header, Is.EqualTo(new[] { 24, 40, 2, 4, 2, -29, 12 }));
        // Token table, attention gains of both layers, then the queries of layer 0.
        var tokens = gpt.Tokens.Weight.data<float>().ToArray();
        Assert.That(BitConverter.ToSingle(bytes, 28), Is.EqualTo(tokens[0]));
        var gains = 28 + (4 * 29 * 24);
        Assert.That(BitConverter.ToSingle(bytes, gains + (4 * 24)), Is.EqualTo(gpt.Blocks[1].AttentionNorm.Weight.data<float>()[0]));
        Assert.That(BitConverter.ToSingle(bytes, gains + (4 * 48)), Is.EqualTo(gpt.Blocks[0].Attention.Qkv.Weight.data<float>()[0]));
        Assert.That(BitConverter.ToSingle(bytes, bytes.Length - (4 * 29 * 24)), Is.EqualTo(gpt.HeadWeight.data<float>()[0]), "the head ends the file");
    }

    [TestCase(0, 0)]
    [TestCase(0, -24)]
    [TestCase(1, int.MaxValue)]
    [TestCase(2, 1 << 20)]
    [TestCase(2, 1)]
    [TestCase(3, 5)]
    [TestCase(3, 24)]
    [TestCase(4, 3)]
    [TestCase(4, 0)]
    [TestCase(5, int.MinValue)]
    [TestCase(5, -29)]
    [TestCase(6, 1 << 20)]
    public void A_header_that_does_not_fit_the_file_is_refused_before_memory_is_taken(int place, int value)
    {
        var bytes = Sample();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place * 4), value);
        Refuse(bytes);
    }

    [TestCase(0)]
    [TestCase(27)]
    [TestCase(28)]
    [TestCase(-1)]
    [TestCase(-4)]
    public void A_truncated_file_is_refused(int length)
    {
        var bytes = Sample();
        Refuse(bytes[..(length < 0 ? bytes.Length + length : length)]);
    }

    [Test]
    public void A_longer_file_is_refused() => Refuse([.. Sample(), 0, 0, 0, 0]);

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool Any_header_is_refused_or_the_one_that_fits(int[] numbers)
    {
        var bytes = Sample();
        var before = bytes.ToArray();
        for (var i = 0; i < Math.Min(7, numbers.Length); i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * 4), numbers[i]);
        }

        File.WriteAllBytes(FilePath, bytes);
        try
        {
            using var decoder = FastDecoder.Load(FilePath);
            return numbers.Length == 0 || decoder.VocabularySize > 0;
        }
        catch (InvalidDataException)
        {
            return !bytes.SequenceEqual(before);
        }
    }

    [Test]
    public void A_model_the_format_has_no_place_for_is_refused()
    {
        var llama = Models_.Config("llama");
        foreach (var config in new[]
        {
            Models_.Config("gpt2"), llama with { NormEpsilon = 1e-6 }, llama with { RotaryBase = 500_000 }, llama with { Bias = true },
            llama with { Activation = Course.Layers.Activation.Gelu }, llama with { Causal = false },
        })
        {
            using var gpt = new Gpt(config, device: torch.CPU);
            Assert.That(() => Llama2c.Save(gpt, FilePath), Throws.ArgumentException.With.Message.Contains("llama2.c"));
            Assert.That(File.Exists(FilePath), Is.False);
        }
    }

    private byte[] Sample()
    {
        using var gpt = Models_.Make("llama");
        Llama2c.Save(gpt, FilePath);
        return File.ReadAllBytes(FilePath);
    }

    private void Refuse(byte[] bytes)
    {
        File.WriteAllBytes(FilePath, bytes);
        Assert.That(() => Llama2c.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(FilePath));
        Assert.That(() => FastDecoder.Load(FilePath), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(FilePath));
    }
}
