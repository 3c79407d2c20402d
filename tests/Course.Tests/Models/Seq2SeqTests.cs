using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class Seq2SeqTests
{
    private static readonly Seq2SeqConfig Small = new()
    {
        VocabularySize = 13,
        BlockSize = 9,
        EncoderLayers = 2,
        DecoderLayers = 3,
        Heads = 2,
        Width = 16,
    };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void The_base_model_of_the_paper_has_about_its_published_parameters()
    {
        // Table 3 of Vaswani et al. says 65 million; counted: 6 blocks with one attention, 6 with two, and 37,000 shared vectors.
        Assert.That(Seq2SeqConfig.AttentionIsAllYouNeed.ParameterCount, Is.EqualTo(63_082_496));
        Assert.That(Seq2SeqConfig.AttentionIsAllYouNeed.ToString(), Does.Contain("63,082,496 parameters").And.Contain("post-LayerNorm"));
    }

    [Test]
    public void The_parameter_count_equals_the_built_models(
        [Values] bool tied, [Values] bool bias, [Values] PositionKind positions, [Values] NormPlacement placement, [Values(0, 1)] int shared)
    {
        var config = Small with { TieWeights = tied, Bias = bias, Positions = positions, NormPlacement = placement, KeyValueHeads = shared };
        using var model = new Seq2Seq(config, device: new torch.Device(DeviceType.META));
        Assert.That(config.ParameterCount, Is.EqualTo(model.parameters().Sum(p => p.numel())));
        Assert.That(config.StoredNumbers, Is.EqualTo(model.state_dict().Values.Sum(p => p.numel())));
    }

    [Test]
    public void The_decoder_sees_its_past_and_the_whole_source([Values] NormPlacement placement)
    {
        using var model = new Seq2Seq(Small with { NormPlacement = placement }, seed: 1, torch.CPU);
        var (source, target) = (TensorAssert.RandomTokens(1, 13, 2, 7), TensorAssert.RandomTokens(2, 13, 2, 6));
        var before = model.Logits(source, target);
        var later = target.clone();
        later[0, 4] = (later[0, 4] + 1) % 13;
        var after = model.Logits(source, later);
        TensorAssert.Near(after[0].narrow(0, 0, 4), before[0].narrow(0, 0, 4), 1e-5);
        TensorAssert.Near(after[1], before[1], 1e-5);
        Assert.That((after[0, 4] - before[0, 4]).abs().max().item<float>(), Is.GreaterThan(1e-3));
        var other = source.clone();
        other[0, 6] = (other[0, 6] + 1) % 13;
        var changes = (model.Logits(other, target) - before).abs().amax([2]);
        Assert.That(changes[0].min().item<float>(), Is.GreaterThan(1e-5), "every position notices the end of the source");
        Assert.That(changes[1].max().item<float>(), Is.LessThan(1e-5));
    }

    [Test]
    public void Padding_of_the_source_changes_nothing()
    {
        using var model = new Seq2Seq(Small, seed: 1, torch.CPU);
        var (source, target) = (TensorAssert.RandomTokens(1, 13, 2, 5), TensorAssert.RandomTokens(2, 13, 2, 6));
        var padded = torch.cat([source, torch.full([2, 3], 7L, device: torch.CPU)], 1);
        var isReal = torch.tensor(Enumerable.Range(0, 16).Select(i => i % 8 < 5).ToArray(), [2, 8], device: torch.CPU);
        TensorAssert.Near(model.Logits(padded, target, isReal), model.Logits(source, target));
        var record = new List<torch.Tensor>();
        model.Decode(target, model.Encode(padded, isReal), isReal, crossRecord: record);
        Assert.That(record, Has.Count.EqualTo(3));
        Assert.That(record[1].shape, Is.EqualTo(new long[] { 2, 2, 6, 8 }));
        Assert.That(record[1].narrow(3, 5, 3).count_nonzero().item<long>(), Is.Zero);
    }

    [Test]
    public void A_target_read_token_by_token_gives_the_same_logits([Values] PositionKind positions)
    {
        using var model = new Seq2Seq(Small with { Positions = positions, KeyValueHeads = 1 }, seed: 1, torch.CPU);
        var (source, target) = (TensorAssert.RandomTokens(1, 13, 2, 7), TensorAssert.RandomTokens(2, 13, 2, 6));
        using var evaluating = model.Evaluating();
        var expected = model.Logits(source, target);
        var memory = model.Encode(source);
        using var cache = model.NewCache(2);
        for (var t = 0; t < 6; t++)
        {
            TensorAssert.Near(model.Decode(target.narrow(1, t, 1), memory, cache: cache).select(1, 0), expected.select(1, t));
        }
    }

    [Test]
    public void It_learns_to_reverse_and_writes_what_it_learned()
    {
        const int Start = 10, End = 11;
        var random = new Random(1);
        var pairs = Enumerable.Range(0, 64).Select(_ =>
        {
            var digits = Enumerable.Range(0, random.Next(2, 5)).Select(_ => random.Next(3)).ToArray();
            return (digits, digits.Reverse().ToArray());
        }).ToList();
        using var model = new Seq2Seq(Small with { VocabularySize = 12, EncoderLayers = 1, DecoderLayers = 1, Width = 32 }, seed: 1, torch.CPU);
        var task = new Seq2SeqTask(
            model, new PairBatches(pairs, 32, Start, End, seed: 1), new PairBatches(pairs, 20, Start, End));
        using var optimizer = torch.optim.Adam(model.parameters(), 5e-3);
        var first = task.Evaluate()!.Loss;
        var counts = new HashSet<long>();
        for (var i = 0; i < 150; i++)
        {
            using (torch.NewDisposeScope())
            {
                optimizer.zero_grad();
                task.Loss(i).backward();
                optimizer.step();
            }

            if (i > 2)
            {
                counts.Add(torch.Tensor.TotalCount);
            }
        }

        Assert.That(counts, Has.Count.EqualTo(1), "no step leaves tensors behind");
        var evaluation = task.Evaluate()!;
        Assert.That(first, Is.GreaterThan(2));
        Assert.That(evaluation.Loss, Is.LessThan(0.05));
        Assert.That(evaluation.Accuracy, Is.GreaterThan(0.99));
        using var batch = PairBatch.TeacherForced(pairs[..10], Start, End, torch.CPU);
        var written = model.Write(batch.Sources, Start, End, sourceIsReal: batch.SourceIsReal);
        Assert.That(written, Is.EqualTo(pairs[..10].Select(pair => pair.Item2)));
        Assert.That(model.Write(batch.Sources, Start, End, maxTokens: 1, sourceIsReal: batch.SourceIsReal).All(text => text.Length == 1), Is.True);
    }

    [Test]
    public void The_loss_is_that_of_its_logits()
    {
        using var model = new Seq2Seq(Small, seed: 1, torch.CPU);
        using var batch = PairBatch.TeacherForced([([1, 2, 3], [4]), ([5], [6, 7, 8])], 0, 12, torch.CPU);
        var logits = model.Logits(batch.Sources, batch.Inputs, batch.SourceIsReal).log_softmax(-1);
        var expected = 0.0;
        foreach (var (row, t, answer) in new[] { (0, 0, 4), (0, 1, 12), (1, 0, 6), (1, 1, 7), (1, 2, 8), (1, 3, 12) })
        {
            expected -= logits[row, t, answer].item<float>() / 6;
        }

        Assert.That(
            model.Loss(batch.Sources, batch.Inputs, batch.Targets, batch.SourceIsReal).item<float>(), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void It_is_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var model = new Seq2Seq(Small, seed: 1, torch.CPU);
        var (source, target) = (TensorAssert.RandomTokens(1, 13, 2, 7), TensorAssert.RandomTokens(2, 13, 2, 6));
        model.Save(folder.At("m.safetensors"));
        using var loaded = Seq2Seq.Load(folder.At("m.safetensors"), torch.CPU);
        Assert.That(loaded.Config, Is.EqualTo(Small));
        TensorAssert.Same(loaded.Logits(source, target), model.Logits(source, target));
    }

    [Test]
    public void Nothing_is_made_on_the_CPU_by_mistake()
    {
        var meta = new torch.Device(DeviceType.META); // it has no kernel for ReLU, nor for fused attention
        var config = Small with { Activation = Activation.Gelu, Attention = AttentionKernel.WrittenOut, Dropout = 0.1 };
        using var model = new Seq2Seq(config, device: meta);
        var tokens = torch.zeros([2, 5], torch.int64, device: meta);
        model.Loss(tokens, tokens, tokens, torch.ones([2, 5], torch.@bool, device: meta)).backward();
        Assert.That(model.parameters().All(p => p.grad!.device_type == DeviceType.META), Is.True);
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        using var model = new Seq2Seq(Small, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 1, 4);
        Assert.Multiple(() =>
        {
            Assert.That(() => model.Encode(TensorAssert.RandomTokens(1, 13, 1, 10)), Throws.ArgumentException.With.Message.Contains("at most 9"));
            Assert.That(() => model.Loss(tokens, tokens, tokens.narrow(1, 0, 2)), Throws.ArgumentException.With.Message.Contains("its target"));
            Assert.That(() => model.Write(tokens, 13, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.Write(tokens, 0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.Write(tokens, 0, 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => PairBatch.TeacherForced([], 0, 1, torch.CPU), Throws.ArgumentException);
            Assert.That(() => PairBatch.TeacherForced([([], [1])], 0, 1, torch.CPU), Throws.ArgumentException);
            Assert.That(() => new PairBatches([], 1, 0, 1), Throws.ArgumentException);
            Assert.That(() => new PairBatches([([], [1])], 1, 0, 1), Throws.ArgumentException.With.Message.Contains("Pair 0"));
            Assert.That(() => new PairBatches([([1], [1])], 0, 0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new PairBatches([([1], [1])], 1, -1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new PairBatches([([1], [1])], 1, 0, 1).Batch(1, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
            var endless = new PairBatches([([1], [1])], 1, 0, 1, seed: 1);
            Assert.That(() => new Seq2SeqTask(model, endless, endless), Throws.ArgumentException.With.Message.Contains("no end"));
            Assert.That(() => new Seq2SeqTask(model, new PairBatches([(new int[10], [1])], 1, 0, 1)), Throws.ArgumentException.With.Message.Contains("10 tokens"));
        });
        Seq2SeqConfig[] bad =
        [
            Small with { VocabularySize = 0 }, Small with { EncoderLayers = 0 }, Small with { DecoderLayers = 0 }, Small with { Heads = 3 },
            Small with { BlockSize = 0 }, Small with { InitialDeviation = -1 }, Small with { Dropout = -1 }, Small with { KeyValueHeads = 3 },
            Small with { Positions = (PositionKind)9 }, Small with { VocabularySize = int.MaxValue },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
            Assert.That(() => new Seq2Seq(config, device: torch.CPU), Throws.ArgumentException);
        }
    }
}
