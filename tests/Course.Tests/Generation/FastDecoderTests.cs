using Course.Generation.Fast;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Generation;

[TestFixture]
public class FastDecoderTests
{
    [Test]
    public void Its_logits_are_the_models([ValueSource(typeof(Models), nameof(Models.Styles))] string style, [Values(1, 3)] int threads)
    {
        using var scope = torch.NewDisposeScope();
        using var gpt = Models.Make(style, vocabulary: 70, blockSize: 40);
        using var decoder = FastDecoder.From(gpt, threads);
        var tokens = TensorAssert.RandomTokens(5, 70, 1, 40);
        using var noGrad = torch.no_grad();
        var expected = gpt.Logits(tokens)[0]; // (time, vocabulary)
        var row = tokens.data<long>().ToArray();
        for (var t = 0; t < row.Length; t++)
        {
            var logits = decoder.Read((int)row[t]).ToArray();
            TensorAssert.Near(torch.tensor(logits, device: torch.CPU), expected[t], 1e-4, $"position {t}");
        }

        Assert.That(decoder.Position, Is.EqualTo(40));
        Assert.That(decoder.Threads, Is.EqualTo(threads));
    }

    [Test]
    public void A_prompt_at_once_gives_what_its_tokens_give_one_by_one_also_after_rewinding()
    {
        using var gpt = Models.Make("llama");
        using var decoder = FastDecoder.From(gpt);
        int[] text = [3, 1, 4, 1, 5, 9, 2, 6];
        float[] last = [];
        foreach (var token in text)
        {
            last = decoder.Read(token).ToArray();
        }

        decoder.Rewind(3);
        decoder.Read([28, 27, 26]);
        decoder.Rewind(3);
        Assert.That(decoder.Read(text.AsSpan(3)).ToArray(), Is.EqualTo(last));
        decoder.Rewind();
        Assert.That(decoder.Read(text).ToArray(), Is.EqualTo(last));
    }

    [Test]
    public void Reading_takes_no_memory()
    {
        using var gpt = Models.Make("gpt2", blockSize: 64);
        using var decoder = FastDecoder.From(gpt, threads: 1);
        // The runtime itself may take some when it compiles a method anew, which happens a few times at most.
        Assert.That(Enumerable.Range(0, 20).Select(_ => Run()).Min(), Is.Zero);

        long Run()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            decoder.Rewind();
            for (var i = 0; i < 64; i++)
            {
                decoder.Read(i % 29);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void Training_the_model_on_does_not_change_the_decoder()
    {
        using var gpt = Models.Make("gpt2");
        using var decoder = FastDecoder.From(gpt);
        var before = decoder.Read(1).ToArray();
        using (torch.no_grad())
        {
            gpt.Tokens.Weight.mul_(2);
        }

        decoder.Rewind();
        Assert.That(decoder.Read(1).ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void What_it_cannot_do_is_refused_in_words()
    {
        using var gpt = Models.Make("gpt2");
        using var decoder = FastDecoder.From(gpt);
        var config = Models.Config("gpt2");
        Assert.Multiple(() =>
        {
            Assert.That(() => decoder.Read(29), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => decoder.Read(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => decoder.Read([]), Throws.ArgumentException);
            Assert.That(() => decoder.Rewind(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => decoder.Rewind(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => FastDecoder.From(gpt, threads: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Refused(config with { Causal = false }, "both sides");
            Refused(config with { Experts = 2 }, "experts");
            Refused(config with { NormPlacement = Course.Layers.NormPlacement.Post }, "norms");
        });
        for (var i = 0; i < 12; i++)
        {
            decoder.Read(i);
        }

        Assert.That(() => decoder.Read(1), Throws.InvalidOperationException.With.Message.Contains("12 tokens"));

        static void Refused(GptConfig config, string because)
        {
            using var other = new Gpt(config, device: torch.CPU);
            Assert.That(() => FastDecoder.From(other), Throws.ArgumentException.With.Message.Contains(because));
        }
    }

    [TestCase(1, 1)]
    [TestCase(16, 7)]
    [TestCase(63, 5)]
    [TestCase(64, 3)]
    [TestCase(150, 33)]
    public void A_packed_matrix_is_the_matrix(int rows, int columns)
    {
        var random = new Random(rows);
        var numbers = Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var x = Enumerable.Range(0, columns).Select(_ => random.NextSingle() - 0.5f).ToArray();
        foreach (var interleave in new[] { true, false })
        {
            var matrix = new PackedMatrix(rows, columns, new NumberStore(), interleave);
            matrix.SetRows(0, numbers);
            var y = new float[matrix.PaddedRows];
            var half = matrix.Parts / 2;
            matrix.Multiply(x, y, 0, half);
            matrix.Multiply(x, y, half, matrix.Parts);
            var row = new float[columns];
            for (var r = 0; r < y.Length; r++)
            {
                var expected = r < rows ? Enumerable.Range(0, columns).Sum(c => (double)numbers[(r * columns) + c] * x[c]) : 0;
                Assert.That(y[r], Is.EqualTo(expected).Within(1e-5), $"row {r}");
                if (r < rows)
                {
                    matrix.CopyRow(r, row);
                    Assert.That(row, Is.EqualTo(numbers[(r * columns)..((r + 1) * columns)]));
                }
            }
        }
    }

    [Test]
    public void A_team_does_every_part_once_and_passes_errors_on()
    {
        using var team = new WorkerTeam(3);
        var counts = new int[3];
        for (var i = 0; i < 2000; i++)
        {
            team.Run(part => Interlocked.Increment(ref counts[part]));
            if (i % 500 == 0)
            {
                Thread.Sleep(20); // long enough to fall asleep
            }
        }

        Assert.That(counts, Is.All.EqualTo(2000));
        Assert.That(() => team.Run(part => _ = 1 / (part - 2)), Throws.InstanceOf<DivideByZeroException>());
        team.Run(part => Interlocked.Increment(ref counts[part]));
        Assert.That(counts, Is.All.EqualTo(2001));
        team.Dispose();
        Assert.That(() => team.Run(_ => { }), Throws.InstanceOf<ObjectDisposedException>());
    }
}
