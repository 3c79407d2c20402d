using Course.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Data;

[TestFixture]
public class BatchSourceTests
{
    /// <summary>Token i is i: a batch then shows where each of its rows came from.</summary>
    private static TokenArray Counting(int count) => new(Enumerable.Range(0, count).ToArray());

    private static long[,] Rows(torch.Tensor tensor)
    {
        var values = tensor.data<long>().ToArray();
        var rows = new long[tensor.shape[0], tensor.shape[1]];
        Buffer.BlockCopy(values, 0, rows, 0, values.Length * sizeof(long));
        return rows;
    }

    [Test]
    public void Targets_are_the_inputs_shifted_by_one()
    {
        using var batch = new RandomWindows(Counting(1000), 5, 7, seed: 1).Batch(3, torch.CPU);
        Assert.That(batch.Inputs.shape, Is.EqualTo(new long[] { 5, 7 }));
        Assert.That(batch.Targets.shape, Is.EqualTo(new long[] { 5, 7 }));
        Assert.That(batch.Inputs.dtype, Is.EqualTo(torch.ScalarType.Int64));
        Assert.That(batch.Targets.dtype, Is.EqualTo(torch.ScalarType.Int64));
        var (inputs, targets) = (Rows(batch.Inputs), Rows(batch.Targets));
        for (var row = 0; row < 5; row++)
        {
            for (var t = 0; t < 7; t++)
            {
                Assert.That(inputs[row, t], Is.EqualTo(inputs[row, 0] + t));
                Assert.That(targets[row, t], Is.EqualTo(inputs[row, t] + 1));
            }
        }
    }

    [Test]
    public void A_batch_depends_only_on_seed_and_number()
    {
        foreach (var make in new Func<long, WindowBatches>[]
        {
            seed => new RandomWindows(Counting(500), 4, 8, seed),
            seed => new SequentialEpochs(Counting(500), 4, 8, seed, epochs: null),
        })
        {
            var forwards = make(1);
            var inOrder = Enumerable.Range(0, 60).Select(i => forwards.WindowStarts(i)).ToArray();
            var backwards = make(1);
            for (var i = 59; i >= 0; i--)
            {
                Assert.That(backwards.WindowStarts(i), Is.EqualTo(inOrder[i]));
            }

            Assert.That(make(2).WindowStarts(0), Is.Not.EqualTo(inOrder[0]));
            Assert.That(inOrder.Select(s => string.Join(' ', s)).Distinct().Count(), Is.GreaterThan(50), "batches differ from each other");
        }
    }

    [Test]
    public void These_windows_never_change()
    {
        // Computed by a second implementation, in Python. A resumed run of an older version must see the same batches: changing these numbers breaks readers' checkpoints.
        Assert.That(new RandomWindows(Counting(1000), 4, 8, seed: 42).WindowStarts(7), Is.EqualTo(RandomGolden));
        Assert.That(new SequentialEpochs(Counting(1000), 4, 8, seed: 42).WindowStarts(7), Is.EqualTo(SequentialGolden));
    }

    private static readonly long[] RandomGolden = [690, 978, 271, 375];
    private static readonly long[] SequentialGolden = [72, 384, 776, 512];

    [Test]
    public void Random_windows_start_at_every_place_equally_often()
    {
        // 20 possible starts, 40,000 draws: chi-squared with 19 degrees of freedom exceeds 43.8 with probability 0.001.
        var source = new RandomWindows(Counting(24), 8, 4, seed: 11);
        var counts = new long[20];
        for (var i = 0; i < 5000; i++)
        {
            foreach (var start in source.WindowStarts(i))
            {
                counts[start]++;
            }
        }

        Assert.That(counts.Sum(c => (c - 2000.0) * (c - 2000.0) / 2000.0), Is.LessThan(43.8));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(64)]
    [TestCase(100)]
    public void An_epoch_uses_every_window_once(int windows)
    {
        const int block = 5;
        var source = new SequentialEpochs(Counting((windows * block) + 1), 8, block, seed: 3, epochs: 2);
        Assert.That(source.WindowsPerEpoch, Is.EqualTo(windows));
        var first = Epoch(0);
        var second = Epoch(1);
        Assert.That(first.Order(), Is.EqualTo(Enumerable.Range(0, windows).Select(w => (long)w * block)));
        Assert.That(second.Order(), Is.EqualTo(first.Order()));
        if (windows > 6)
        {
            Assert.That(second, Is.Not.EqualTo(first), "each epoch has an order of its own");
            Assert.That(first, Is.Not.Ordered);
        }

        long[] Epoch(long epoch) => Enumerable.Range(0, (int)source.BatchesPerEpoch)
            .SelectMany(b => source.WindowStarts((epoch * source.BatchesPerEpoch) + b)).ToArray();
    }

    [Test]
    public void Without_a_seed_the_order_is_the_text()
    {
        var source = new SequentialEpochs(Counting(52), 4, 5);
        Assert.That(source.BatchCount, Is.EqualTo(3));
        Assert.That(Enumerable.Range(0, 3).SelectMany(b => source.WindowStarts(b)), Is.EqualTo(new long[] { 0, 5, 10, 15, 20, 25, 30, 35, 40, 45 }));
        using var last = source.Batch(2, torch.CPU);
        Assert.That(last.Inputs.shape, Is.EqualTo(new long[] { 2, 5 }), "the last batch has what is left");
    }

    [Test]
    public void An_order_is_fair()
    {
        // Where window 0 lands over 6,000 epochs of 12 windows: chi-squared with 11 degrees of freedom exceeds 31.3 with probability 0.001.
        var source = new SequentialEpochs(Counting(13), 12, 1, seed: 5, epochs: null);
        var counts = new int[12];
        for (var epoch = 0; epoch < 6000; epoch++)
        {
            counts[Array.IndexOf(source.WindowStarts(epoch), 0)]++;
        }

        Assert.That(counts.Sum(c => (c - 500.0) * (c - 500.0) / 500.0), Is.LessThan(31.3));
    }

    [Test]
    public void Batches_that_do_not_exist_are_refused()
    {
        var source = new SequentialEpochs(Counting(101), 5, 10, epochs: 2);
        Assert.That(source.BatchCount, Is.EqualTo(4));
        Assert.That(() => source.WindowStarts(4), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("4 batches"));
        Assert.That(() => source.WindowStarts(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomWindows(Counting(101), 5, 10, 0).WindowStarts(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(new SequentialEpochs(Counting(101), 5, 10, epochs: null).BatchCount, Is.Null);
        Assert.That(() => new SequentialEpochs(Counting(101), 5, 10, epochs: null).WindowStarts(long.MaxValue), Throws.Nothing);
    }

    [Test]
    public void Sizes_that_make_no_sense_are_refused()
    {
        Assert.That(() => new RandomWindows(Counting(8), 1, 8, 0), Throws.ArgumentException.With.Message.Contains("need 9 tokens"));
        Assert.That(() => new RandomWindows(Counting(9), 1, 8, 0).WindowStarts(0), Is.EqualTo(new long[] { 0 }));
        Assert.That(() => new RandomWindows(Counting(9), 0, 8, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomWindows(Counting(9), 1, 0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomWindows(Counting(9), int.MaxValue, 8, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomWindows(Counting(9), 1, int.MaxValue, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SequentialEpochs(Counting(9), 1, 8, epochs: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomWindows(null!, 1, 8, 0), Throws.ArgumentNullException);
    }

    [Test]
    public void A_token_file_gives_the_same_batches_as_memory()
    {
        using var folder = new TemporaryFolder();
        var memory = Counting(5000);
        TokenFile.Write(folder.At("t.tokens"), memory);
        using var file = TokenFile.Open(folder.At("t.tokens"));
        using var a = new RandomWindows(memory, 6, 32, seed: 9).Batch(123, torch.CPU);
        using var b = new RandomWindows(file, 6, 32, seed: 9).Batch(123, torch.CPU);
        Assert.That(b.Inputs.data<long>().ToArray(), Is.EqualTo(a.Inputs.data<long>().ToArray()));
        Assert.That(b.Targets.data<long>().ToArray(), Is.EqualTo(a.Targets.data<long>().ToArray()));
    }

    [Test]
    public void Disposed_batches_leave_no_native_tensors()
    {
        var source = new RandomWindows(Counting(500), 4, 8, seed: 1);
        source.Batch(0, torch.CPU).Dispose();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 200; i++)
        {
            source.Batch(i, torch.CPU).Dispose();
        }

        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }
}
