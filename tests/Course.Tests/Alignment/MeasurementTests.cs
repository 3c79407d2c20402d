using Course.Alignment.Exact;
using Course.Alignment.Measurement;
using Course.Alignment.Reinforcement;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

[TestFixture]
public class MeasurementTests : AlignmentFixture
{
    [Test]
    public void Wilsons_interval_holds_the_truth_as_often_as_it_says()
    {
        // Over all counts, weighted by their probability: no sampling needed.
        const int N = 40;
        const double Truth = 0.9;
        var (covered, probability) = (0.0, Math.Pow(1 - Truth, N));
        for (var k = 0; k <= N; k++)
        {
            var (low, high) = new Proportion(k, N).Interval();
            covered += low <= Truth && Truth <= high ? probability : 0;
            probability *= (double)(N - k) / (k + 1) * Truth / (1 - Truth);
        }

        Assert.That(covered, Is.InRange(0.93, 0.98));
        var interval = new Proportion(0, 10).Interval();
        Assert.That(interval.Low, Is.Zero);
        Assert.That(interval.High, Is.EqualTo(1.96 * 1.96 / (10 + (1.96 * 1.96))).Within(1e-12), "z²/(n + z²)");
    }

    [Test]
    public void Exact_match_and_win_rate_count_what_they_say()
    {
        Assert.That(Proportion.ExactMatch(["4", " 5\n", "x"], ["4", "5", "6"]).Share, Is.EqualTo(2.0 / 3));
        var wins = Proportion.WinRate([1, 2, 3, 4], [0, 2, 5, 1]);
        Assert.That((wins.Successes, wins.Total), Is.EqualTo((2.5, 4)));
        Assert.That(wins.ToString(), Does.Contain("n = 4"));
        Assert.That(() => Proportion.ExactMatch([], []), Throws.ArgumentException);
        Assert.That(() => Proportion.WinRate([1], [1, 2]), Throws.ArgumentException);
    }

    [Test]
    public void Length_and_variety()
    {
        var statistics = TextStatistics.Of([[1, 2, 1, 2], [1, 2], [1, 2]]);
        Assert.Multiple(() =>
        {
            Assert.That(statistics.MeanLength, Is.EqualTo(8.0 / 3).Within(1e-12));
            Assert.That(statistics.LengthDeviation, Is.EqualTo(Math.Sqrt(8.0 / 9)).Within(1e-12));
            Assert.That(statistics.DistinctTexts, Is.EqualTo(2.0 / 3));
            Assert.That(statistics.DistinctWords, Is.EqualTo(2.0 / 8));
            Assert.That(statistics.DistinctPairs, Is.EqualTo(2.0 / 5));
            Assert.That(TextStatistics.Of([[]]).DistinctWords, Is.Zero);
            Assert.That(() => TextStatistics.Of([]), Throws.ArgumentException);
        });
    }

    [Test]
    public void Kl_spent_is_estimated_within_its_own_error()
    {
        using var policy = Tiny(1);
        using var reference = Tiny(2);
        var samples = new CompletionSampler(End, Pad, 3).Sample(policy, [.. Enumerable.Repeat(Prompt, 2000)], seed: 6);
        var estimate = KlSpent.Of(policy, reference, samples, Pad);
        var exact = Distributions.Kl(World.LogDistribution(policy), World.LogDistribution(reference)).ToDouble();
        Assert.That(estimate.Mean, Is.EqualTo(exact).Within(5 * estimate.StandardError));
        Assert.That(estimate.StandardError, Is.LessThan(0.1 * exact));
        Assert.That(KlSpent.Of(policy, policy, samples, Pad).Mean, Is.Zero);
    }

    [Test]
    public void Methods_are_compared_at_equal_kl()
    {
        (double, double)[] path = [(0, 1), (4, 2), (2, 1.8)];
        Assert.Multiple(() =>
        {
            Assert.That(KlSpent.ScoreAt(path, 1), Is.EqualTo(1.4).Within(1e-12));
            Assert.That(KlSpent.ScoreAt(path, 3), Is.EqualTo(1.9).Within(1e-12));
            Assert.That(KlSpent.ScoreAt(path, 4), Is.EqualTo(2));
            Assert.That(KlSpent.ScoreAt(path, 4.1), Is.Null);
            Assert.That(KlSpent.ScoreAt(path, -1), Is.Null);
        });
    }

    [Test]
    public void A_drift_table_shows_what_changed_since_the_first_stage()
    {
        using var first = Tiny(1);
        using var second = Tiny(2);
        var table = new DriftTable(("training", model => model.training ? 1 : 0), ("p(end)", model => World.LogDistribution(model)[39].ToDouble()));
        table.Measure("pretrained", first);
        table.Measure("tuned", second);
        var difference = World.LogDistribution(second)[39].ToDouble() - World.LogDistribution(first)[39].ToDouble();
        Assert.Multiple(() =>
        {
            Assert.That(table.Change("tuned", "p(end)"), Is.EqualTo(difference).Within(1e-6));
            Assert.That(table["tuned", "training"], Is.Zero, "dropout is off while it is measured");
            Assert.That(first.training, Is.True);
            Assert.That(table.Stages, Is.EqualTo(new[] { "pretrained", "tuned" }));
            Assert.That(table.ToString(), Does.Contain("| stage | training | p(end) |").And.Contain("| tuned | 0.000 (0.000) |"));
            Assert.That(() => table.Measure("tuned", first), Throws.ArgumentException);
            Assert.That(() => table["tuned", "x"], Throws.ArgumentException);
            Assert.That(() => new DriftTable(), Throws.ArgumentException);
        });
    }
}
