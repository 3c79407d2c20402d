using Course.Data;
using Course.Training;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class SpanCorruptionTests
{
    private const int Sentinel = 100;

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_cut_out_fits_back_in() => Prop.ForAll(
        (from length in Gen.Choose(2, 80)
         from percent in Gen.Choose(1, 99)
         from span in Gen.Choose(10, 60)
         from sentinels in Gen.Choose(2, 12)
         from seed in Gen.Choose(0, 100_000)
         select (length, percent, span, sentinels, seed)).ToArbitrary(),
        x =>
        {
            var objective = new SpanCorruption(Sentinel, x.sentinels, x.percent / 100.0, x.span / 10.0);
            var random = new Random(x.seed);
            var text = Enumerable.Range(0, x.length).Select(_ => random.Next(Sentinel)).ToArray();
            var (source, target) = objective.Corrupt(text, 3, x.seed);
            var (missing, spans) = objective.Plan(x.length);
            Assert.That(objective.Restore(source, target), Is.EqualTo(text));
            Assert.That(source, Has.Length.EqualTo(x.length - missing + spans));
            Assert.That(target, Has.Length.EqualTo(missing + spans + 1));
            Assert.That(source.Where(t => t >= Sentinel), Is.EqualTo(Enumerable.Range(Sentinel, spans)), "sentinels come in order");
            Assert.That(target.Where(t => t >= Sentinel), Is.EqualTo(Enumerable.Range(Sentinel, spans + 1)), "and one more ends the target");
            Assert.That(source[0], Is.LessThan(Sentinel), "a text starts with something to go by");
            for (var i = 1; i < target.Length; i++)
            {
                Assert.That(target[i - 1] < Sentinel || target[i] < Sentinel, "no span is empty");
            }
        });

    [Test]
    public void The_shares_are_those_asked_for()
    {
        var objective = new SpanCorruption(Sentinel, 100);
        Assert.That(objective.Plan(512), Is.EqualTo((77, 26)), "15 % of 512, in spans of 3 on average");
        Assert.That(objective.Plan(2), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Every_place_is_cut_out_about_equally_often_and_the_same_number_cuts_the_same()
    {
        var objective = new SpanCorruption(Sentinel, 20, share: 0.25, meanSpan: 2);
        var text = Enumerable.Range(0, 24).ToArray();
        var counts = new int[24];
        const int Texts = 4000;
        for (var i = 0; i < Texts; i++)
        {
            foreach (var token in objective.Corrupt(text, 1, i).Target.Where(t => t < Sentinel))
            {
                counts[token]++;
            }
        }

        // The first place is never cut, the last always is (a text ends with its last span, as in T5): between them it evens out.
        Assert.That(counts[0], Is.Zero);
        Assert.That(counts[23], Is.EqualTo(Texts));
        Assert.That(counts.Sum(), Is.EqualTo(6 * Texts));
        Assert.That(counts[1..^1].Min(), Is.GreaterThan(0.1 * Texts * 0.5));
        Assert.That(objective.Corrupt(text, 1, 7), Is.EqualTo(objective.Corrupt(text, 1, 7)));
        Assert.That(objective.Corrupt(text, 1, 7).Source, Is.Not.EqualTo(objective.Corrupt(text, 1, 8).Source));
        Assert.That(objective.Corrupt(text, 1, 7).Source, Is.Not.EqualTo(objective.Corrupt(text, 2, 7).Source));
    }

    [Test]
    public void Windows_of_a_text_become_pairs()
    {
        using var scope = torch.NewDisposeScope();
        var text = new SequentialEpochs(new TokenArray(Enumerable.Range(0, 61).ToArray()), 2, 10);
        var objective = new SpanCorruption(Sentinel, 5);
        var batches = new SpanCorruptionBatches(text, objective, startToken: 110, endToken: 111, seed: 4);
        Assert.That(batches.BatchCount, Is.EqualTo(3));
        var batch = batches.Batch(1, torch.CPU);
        Assert.That(batch.Sources.shape, Is.EqualTo(new long[] { 2, 9 }), "2 of 10 missing in one span");
        Assert.That(batches.LongestText, Is.EqualTo(9));
        for (var row = 0; row < 2; row++)
        {
            var source = batch.Sources[row].data<long>().ToArray().Select(t => (int)t).ToArray();
            var targets = batch.Targets[row].data<long>().ToArray().Select(t => (int)t).ToArray();
            var inputs = batch.Inputs[row].data<long>().ToArray();
            Assert.That(inputs[0], Is.EqualTo(110));
            Assert.That(targets[^1], Is.EqualTo(111));
            Assert.That(inputs[1..], Is.EqualTo(targets[..^1]), "teacher forcing: the target, moved by one");
            Assert.That(objective.Restore(source, targets.AsSpan(..^1)), Is.EqualTo(Enumerable.Range((2 + row) * 10, 10)));
        }

        TensorAssert.Same(batches.Batch(1, torch.CPU).Sources, batch.Sources);
    }

    [Test]
    public void A_models_incomplete_answer_leaves_gaps()
    {
        var objective = new SpanCorruption(Sentinel, 5);
        Assert.That(objective.Restore([1, 100, 2, 101, 3], [7, 101, 8, 9, 104]), Is.EqualTo(new[] { 1, 2, 8, 9, 3 }));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        var text = new SequentialEpochs(new TokenArray(new int[50]), 2, 1);
        Assert.Multiple(() =>
        {
            Assert.That(() => new SpanCorruption(-1, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(1, 5, share: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(1, 5, share: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(1, 5, meanSpan: 0.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(1, 5, meanSpan: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(Sentinel, 5).Corrupt([1], 0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new SpanCorruption(Sentinel, 5).Corrupt([1, 104], 0, 0), Throws.ArgumentException.With.Message.Contains("104"));
            Assert.That(() => new SpanCorruptionBatches(text, new SpanCorruption(Sentinel, 5), 1, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new SpanCorruptionBatches(new SequentialEpochs(new TokenArray(new int[50]), 2, 5), new SpanCorruption(Sentinel, 5), -1, 2),
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
