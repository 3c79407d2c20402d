using Course.Generation;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Generation;

[TestFixture]
public class SamplerTests
{
    private static readonly float[] Logits = [1f, 3f, -2f, 3f, 0f, 2.5f];

    private static readonly int[] Text = [1, 2, 1, 5];

    private static readonly SamplingOptions[] AllKinds =
    [
        new() { Temperature = 1 },
        new() { Temperature = 0.5 },
        new() { Temperature = 2 },
        new() { TopK = 3 },
        new() { TopP = 0.7 },
        new() { MinP = 0.2 },
        new() { RepetitionPenalty = 1.5 },
        new() { Temperature = 1.5, TopK = 4, TopP = 0.9 },
        new() { Temperature = 2, TopK = 5, TopP = 0.95, MinP = 0.1, RepetitionPenalty = 1.2 },
    ];

    [Test]
    public void Greedy_takes_the_first_of_the_likeliest()
    {
        Assert.That(Sampler.Next(Logits, SamplingOptions.Greedy, new Random(1)), Is.EqualTo(1));
        Assert.That(Sampler.Probabilities(Logits, SamplingOptions.Greedy), Is.EqualTo(new double[] { 0, 1, 0, 0, 0, 0 }));
    }

    [Test]
    public void Temperature_divides_the_logits()
    {
        var expected = Logits.Select(x => Math.Exp(x / 0.5)).ToArray();
        var sum = expected.Sum();
        Assert.That(
            Sampler.Probabilities(Logits, new() { Temperature = 0.5 }), Is.EqualTo(expected.Select(x => x / sum)).Within(1e-12));
    }

    [Test]
    public void Top_k_keeps_the_k_likeliest_in_their_proportions()
    {
        var all = Sampler.Probabilities(Logits, SamplingOptions.Default);
        var kept = Sampler.Probabilities(Logits, new() { TopK = 3 });
        var sum = all[1] + all[3] + all[5];
        Assert.That(kept, Is.EqualTo(new[] { 0, all[1] / sum, 0, all[3] / sum, 0, all[5] / sum }).Within(1e-12));
        Assert.That(Sampler.Probabilities(Logits, new() { TopK = 1 })[1], Is.EqualTo(1), "of equals the first");
        Assert.That(Sampler.Probabilities(Logits, new() { TopK = 100 }), Is.EqualTo(all));
    }

    [Test]
    public void Top_p_keeps_the_smallest_set_that_reaches_p()
    {
        // Probabilities 0.5, 0.3, 0.15, 0.05.
        var logits = new[] { 0.3, 0.05, 0.5, 0.15 }.Select(p => (float)Math.Log(p)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Kept(0.4), Is.EqualTo(new[] { 2 }));
            Assert.That(Kept(0.6), Is.EqualTo(new[] { 0, 2 }), "the token that crosses the line is kept");
            Assert.That(Kept(0.79), Is.EqualTo(new[] { 0, 2 }));
            Assert.That(Kept(0.81), Is.EqualTo(new[] { 0, 2, 3 }));
            Assert.That(Kept(1), Is.EqualTo(new[] { 0, 1, 2, 3 }));
            Assert.That(Kept(1e-9), Is.EqualTo(new[] { 2 }), "never nothing");
        });

        int[] Kept(double p) => [.. Sampler.Probabilities(logits, new() { TopP = p }).Index().Where(x => x.Item > 0).Select(x => x.Index)];
    }

    [Test]
    public void Min_p_keeps_what_reaches_a_share_of_the_likeliest()
    {
        // Probabilities 0.5, 0.3, 0.15, 0.05: shares 1, 0.6, 0.3, 0.1 of the likeliest.
        var logits = new[] { 0.3, 0.05, 0.5, 0.15 }.Select(p => (float)Math.Log(p)).ToArray();
        var kept = Sampler.Probabilities(logits, new() { MinP = 0.25 });
        Assert.That(kept, Is.EqualTo(new[] { 0.3 / 0.95, 0, 0.5 / 0.95, 0.15 / 0.95 }).Within(1e-6));
        Assert.That(Sampler.Probabilities(logits, new() { MinP = 1 }), Is.EqualTo(new double[] { 0, 0, 1, 0 }));
        Assert.That(Sampler.Probabilities(logits, new() { MinP = 0.05 }).Count(p => p > 0), Is.EqualTo(4));
        Assert.That(Sampler.Probabilities([2, 2, -9], new() { MinP = 1 }), Is.EqualTo(new[] { 0.5, 0.5, 0 }), "equals stay together");
    }

    [Test]
    public void A_penalty_makes_tokens_of_the_text_less_likely_once_each()
    {
        float[] logits = [2, 2, -1, -1, 0];
        var penalised = new double[] { 2, 1, -1, -2, 0 };
        var sum = penalised.Sum(Math.Exp);
        Assert.That(
            Sampler.Probabilities(logits, new() { RepetitionPenalty = 2 }, [1, 3, 3, 1, 4]),
            Is.EqualTo(penalised.Select(x => Math.Exp(x) / sum)).Within(1e-12));
        Assert.That(Sampler.Next(logits, SamplingOptions.Greedy with { RepetitionPenalty = 1.1 }, new Random(1), [0]), Is.EqualTo(1));
        Assert.That(Sampler.Next(logits, SamplingOptions.Greedy, new Random(1), [0]), Is.EqualTo(0));
    }

    [Test]
    public void Steps_of_ones_own_come_first()
    {
        var options = SamplingOptions.Greedy with { Processors = [new Forbid(1), new Forbid(3)] };
        Assert.That(Sampler.Next(Logits, options, new Random(1)), Is.EqualTo(5));
        Assert.That(Sampler.Probabilities(Logits, options with { Temperature = 1, TopK = 1 })[5], Is.EqualTo(1));
        Assert.That(
            () => Sampler.Next([1f, 2f], SamplingOptions.Default with { Processors = [new Forbid(0), new Forbid(1)] }, new Random(1)),
            Throws.ArgumentException.With.Message.Contains("no token"));
    }

    [Test]
    public void Each_step_refuses_numbers_out_of_its_range() => Assert.Multiple(() =>
    {
        Assert.That(() => new TemperatureScaling(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TopKFilter(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TopPFilter(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MinPFilter(1.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MinPFilter(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RepetitionPenalty(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [TestCaseSource(nameof(AllKinds))]
    public void Choices_follow_the_probabilities(SamplingOptions options)
    {
        const int Draws = 100_000;
        var random = new Random(12345);
        var counts = new long[Logits.Length];
        for (var i = 0; i < Draws; i++)
        {
            counts[Sampler.Next(Logits, options, random, Text)]++;
        }

        var probabilities = Sampler.Probabilities(Logits, options, Text);
        for (var token = 0; token < counts.Length; token++)
        {
            // Five standard deviations of a binomial distribution: exceeded once in 1.7 million seeds.
            var p = probabilities[token];
            Assert.That(counts[token], Is.EqualTo(Draws * p).Within(5 * Math.Sqrt(Draws * p * (1 - p))), $"token {token}");
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Probabilities_are_a_distribution_in_the_order_of_the_logits(
        FsCheck.NonEmptyArray<short> numbers, byte temperature, byte k, byte p)
    {
        var logits = numbers.Get.Select(x => x / 100f).ToArray();
        var options = new SamplingOptions { Temperature = temperature / 64.0, TopK = k == 0 ? null : k, TopP = (p + 1) / 256.0 };
        var probabilities = Sampler.Probabilities(logits, options);
        var isDistribution = Math.Abs(probabilities.Sum() - 1) < 1e-9 && probabilities.All(x => x is >= 0 and <= 1 + 1e-12);
        var keepsOrder = true;
        for (var i = 0; i < logits.Length; i++)
        {
            for (var j = 0; j < logits.Length; j++)
            {
                keepsOrder &= logits[i] <= logits[j] || probabilities[i] >= probabilities[j];
            }
        }

        var chosen = Sampler.Next(logits, options, new Random(temperature + k + p));
        return (isDistribution && keepsOrder && probabilities.Count(x => x > 0) <= (options.TopK ?? int.MaxValue) && probabilities[chosen] > 0)
            .ToProperty();
    }

    [Test]
    public void Forbidden_tokens_are_never_chosen_and_large_logits_do_no_harm()
    {
        Assert.That(Sampler.Probabilities([float.NegativeInfinity, 1e30f, 1e30f], SamplingOptions.Default), Is.EqualTo(new[] { 0, 0.5, 0.5 }));
        Assert.That(Sampler.Next([float.NegativeInfinity, -1e30f], SamplingOptions.Greedy, new Random(1)), Is.EqualTo(1));
        Assert.That(Sampler.Probabilities([-3e38f, 3e38f], new() { Temperature = 1e-300 }), Is.EqualTo(new double[] { 0, 1 }));
    }

    [Test]
    public void Logits_that_are_no_numbers_and_options_that_make_no_sense_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Sampler.Probabilities([1, float.NaN], SamplingOptions.Default), Throws.ArgumentException.With.Message.Contains("token 1"));
            Assert.That(() => Sampler.Next([1, float.NaN], SamplingOptions.Greedy, new Random(1)), Throws.ArgumentException);
            Assert.That(() => Sampler.Probabilities([float.PositiveInfinity], SamplingOptions.Default), Throws.ArgumentException);
            Assert.That(() => Sampler.Probabilities([], SamplingOptions.Default), Throws.ArgumentException);
            Assert.That(() => Sampler.Probabilities([float.NegativeInfinity], SamplingOptions.Default), Throws.ArgumentException);
            foreach (var bad in new SamplingOptions[]
            {
                new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { TopK = 0 }, new() { TopP = 0 }, new() { TopP = 1.1 },
                new() { MinP = -0.1 }, new() { MinP = 2 }, new() { RepetitionPenalty = 0 }, new() { RepetitionPenalty = double.NaN },
            })
            {
                Assert.That(() => Sampler.Next(Logits, bad, new Random(1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
            }
        });
    }

    private sealed class Forbid(int token) : ILogitsProcessor
    {
        public void Process(Span<double> logits, ReadOnlySpan<int> text) => logits[token] = double.NegativeInfinity;
    }
}
