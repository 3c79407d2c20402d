using System.Buffers.Binary;
using System.Text;
using Course.Models;
using Course.Tests.Data;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class SafetensorsTests
{
    private TemporaryFolder folder = null!;
    private DisposeScope scope = null!;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void Close()
    {
        scope.Dispose();
        folder.Dispose();
    }

    private string FilePath => folder.At("tensors.safetensors");

    [Test]
    public void Every_type_and_shape_comes_back()
    {
        var numbers = TensorAssert.Random(1, 3, 4) * 50;
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["nothing"] = torch.zeros([0, 4], device: torch.CPU),
            ["single"] = torch.tensor(3.5f, device: torch.CPU),
            ["not in order"] = numbers.t(),
            ["a part"] = numbers.narrow(1, 1, 2),
            ["ünï \"code\" \\ \n 模型"] = numbers,
        };
        foreach (var type in new[]
        {
            torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.@bool,
        })
        {
            tensors.Add(type.ToString(), (type == torch.uint8 ? numbers.abs() : numbers).to(type));
        }

        var metadata = new Dictionary<string, string> { ["who"] = "wir \"…\"", [""] = "" };
        Safetensors.Write(FilePath, tensors, metadata);
        using var file = Safetensors.Open(FilePath);
        Assert.That(file.Header.Metadata, Is.EquivalentTo(metadata));
        Assert.That(file.Header.Entries.Keys, Is.EquivalentTo(tensors.Keys));
        foreach (var (name, tensor) in tensors)
        {
            var copy = file.Read(name, torch.CPU);
            Assert.That(copy.dtype, Is.EqualTo(tensor.dtype), name);
            if (tensor.numel() > 0)
            {
                TensorAssert.Same(copy, tensor, name);
            }
            else
            {
                Assert.That(copy.shape, Is.EqualTo(tensor.shape));
            }
        }
    }

    [Test]
    public void The_bytes_are_those_of_the_format()
    {
        Safetensors.Write(FilePath, new Dictionary<string, torch.Tensor> { ["x"] = torch.tensor(new[] { 1f, -2f }, device: torch.CPU) });
        var bytes = File.ReadAllBytes(FilePath);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.That(length % 8, Is.Zero);
        Assert.That(Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(), Is.EqualTo("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"""));
        Assert.That(bytes[(8 + length)..], Is.EqualTo(new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0 }));
    }

    [Test]
    public void A_file_written_by_another_program_is_read()
    {
        // Names in another order, no padding, a blank in the JSON: all allowed.
        Write("""{ "b":{"shape":[],"data_offsets":[4,8],"dtype":"I32"},"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}""",
            [1, 2, 3, 4, 7, 0, 0, 0]);
        using var file = Safetensors.Open(FilePath);
        Assert.That(file.Read("b", torch.CPU).item<int>(), Is.EqualTo(7));
        Assert.That(file.Read("a", torch.CPU).data<byte>().ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(file.Header.Metadata["format"], Is.EqualTo("pt"));
    }

    [TestCase("[]", "not a JSON object")]
    [TestCase("{", "header")]
    [TestCase("""{"x":3}""", "not described by an object")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2]}}""", "no data_offsets")]
    [TestCase("""{"x":{"dtype":"F32","data_offsets":[0,8]}}""", "no shape")]
    [TestCase("""{"x":{"shape":[2],"data_offsets":[0,8]}}""", "no dtype")]
    [TestCase("""{"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "unknown dtype 'F33'")]
    [TestCase("""{"x":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "negative size")]
    [TestCase("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "needs 12 bytes")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", "outside")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "outside")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "outside")]
    [TestCase("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "truncated or has been added to")]
    [TestCase("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begins at byte 4")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", "two data_offsets")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", "begins at byte 4")]
    [TestCase("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", "header")]
    [TestCase("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "16 dimensions")]
    [TestCase("""{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not a text")]
    [TestCase("""{"__metadata__":[],"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "header")]
    public void A_damaged_or_hostile_header_is_refused_in_words(string header, string because)
    {
        Write(header, new byte[8]);
        Assert.That(() => Safetensors.Open(FilePath), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains(because).And.Message.Contains(FilePath));
    }

    [TestCase(0)]
    [TestCase(7)]
    public void A_file_too_short_for_anything_is_refused(int length)
    {
        File.WriteAllBytes(FilePath, new byte[length]);
        Assert.That(() => Safetensors.Open(FilePath), Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{length} bytes"));
    }

    [TestCase(1000UL)]
    [TestCase(100_000_001UL)]
    [TestCase(ulong.MaxValue)]
    [TestCase(1UL << 63)]
    public void A_header_length_that_cannot_be_is_refused_before_memory_is_taken(ulong length)
    {
        var bytes = new byte[100];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(FilePath, bytes);
        Assert.That(() => Safetensors.Open(FilePath), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("claims"));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public FsCheck.Property Any_damage_is_refused_or_harmless(int position, byte value, bool cut)
    {
        var good = Sample();
        position = (int)((uint)position % good.Length);
        var bad = cut ? good[..position] : [.. good];
        if (!cut)
        {
            bad[position] = value;
        }

        File.WriteAllBytes(FilePath, bad);
        try
        {
            using var file = Safetensors.Open(FilePath);
            foreach (var name in file.Header.Entries.Keys)
            {
                file.Read(name, torch.CPU).Dispose();
            }

            return (!cut).Label("a truncated file must not be accepted");
        }
        catch (InvalidDataException)
        {
            return true.ToProperty();
        }
    }

    // Headers put together at random from parts that are right, nearly right and hostile.
    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Any_header_is_refused_or_describes_exactly_the_bytes_there_are((byte Type, byte Rank, long Size, short Begin, short Length)[] tensors)
    {
        string[] types = ["F32", "F16", "BF16", "I64", "U8", "BOOL", "F8", ""];
        long[] sizes = [0, 1, 2, 3, 4, -1, 1L << 31, 1L << 62, long.MaxValue];
        var place = 0;
        var parts = tensors.Take(4).Select((t, i) =>
        {
            var shape = Enumerable.Range(0, t.Rank % 4).Select(d => sizes[(int)((ulong)(t.Size >> (4 * d)) % (ulong)sizes.Length)]);
            // Mostly one behind the other, so that some headers are sound.
            var begin = t.Begin % 5 == 0 ? t.Begin : place;
            var end = begin + (t.Length % 3 == 0 ? 0 : Math.Abs(t.Length % 17));
            place = Math.Max(0, end);
            return $"\"{i}\":{{\"dtype\":\"{types[t.Type % types.Length]}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{end}]}}";
        });
        Write($"{{{string.Join(',', parts)}}}", new byte[place]);
        try
        {
            using var inner = torch.NewDisposeScope();
            using var file = Safetensors.Open(FilePath);
            var bytes = 0L;
            foreach (var (name, entry) in file.Header.Entries)
            {
                var tensor = file.Read(name, torch.CPU);
                bytes += tensor.numel() * tensor.element_size();
                if (!tensor.shape.SequenceEqual(entry.Shape) || tensor.dtype != entry.Type)
                {
                    return false;
                }
            }

            return bytes == place;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public bool Whatever_is_written_comes_back((byte Type, byte[] Shape)[] tensors)
    {
        using var inner = torch.NewDisposeScope();
        torch.ScalarType[] types =
        [
            torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.@bool,
        ];
        var written = tensors.Take(6).Select((t, i) => (Name: $"t{i}", Tensor: TensorAssert.Random(i, [.. t.Shape.Take(4).Select(size => size % 5L)])
            .abs().mul(9).to(types[t.Type % types.Length]))).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Safetensors.Write(FilePath, written);
        using var file = Safetensors.Open(FilePath);
        return file.Header.Entries.Count == written.Count && written.All(pair =>
        {
            var copy = file.Read(pair.Key, torch.CPU);
            return copy.dtype == pair.Value.dtype && copy.shape.SequenceEqual(pair.Value.shape) && copy.bytes.SequenceEqual(pair.Value.contiguous().bytes);
        });
    }

    [Test]
    public void An_empty_tensor_with_a_shape_that_cannot_be_is_refused()
    {
        Write("""{"x":{"dtype":"F32","shape":[0,4611686018427387904,16],"data_offsets":[0,0]}}""", []);
        Assert.That(() => Safetensors.Open(FilePath), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(FilePath));
    }

    [Test]
    public void A_tensor_is_only_read_into_one_of_its_kind()
    {
        File.WriteAllBytes(FilePath, Sample());
        using var file = Safetensors.Open(FilePath);
        var target = torch.zeros([2, 3], device: torch.CPU).requires_grad_();
        file.ReadInto("a", target);
        TensorAssert.Same(target, torch.ones([2, 3], device: torch.CPU));
        Assert.Multiple(() =>
        {
            Assert.That(() => file.ReadInto("a", torch.zeros([3, 2], device: torch.CPU)), Throws.InstanceOf<InvalidDataException>());
            Assert.That(() => file.ReadInto("a", torch.zeros([2, 3], torch.int32, device: torch.CPU)), Throws.InstanceOf<InvalidDataException>());
            Assert.That(() => file.ReadInto("c", target), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("'c'"));
        });
    }

    [Test]
    public void Writing_replaces_a_file_whole_or_not_at_all()
    {
        File.WriteAllBytes(FilePath, Sample());
        var before = File.ReadAllBytes(FilePath);
        var bad = new Dictionary<string, torch.Tensor> { ["z"] = torch.zeros(2, torch.complex64, device: torch.CPU) };
        Assert.That(() => Safetensors.Write(FilePath, bad), Throws.ArgumentException);
        bad = new() { ["__metadata__"] = torch.zeros(2, device: torch.CPU) };
        Assert.That(() => Safetensors.Write(FilePath, bad), Throws.ArgumentException);
        Assert.That(File.ReadAllBytes(FilePath), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(folder.Root), Has.Length.EqualTo(1), "nothing else is left");
    }

    private byte[] Sample()
    {
        using var inner = torch.NewDisposeScope();
        var path = folder.At("sample");
        Safetensors.Write(path, new Dictionary<string, torch.Tensor>
        {
            ["a"] = torch.ones([2, 3], device: torch.CPU),
            ["b"] = torch.ones(5, torch.@bool, device: torch.CPU),
        }, new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private void Write(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(FilePath, [.. length, .. json, .. data]);
    }
}
