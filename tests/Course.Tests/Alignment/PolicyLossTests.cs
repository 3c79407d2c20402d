using Course.Alignment.Reinforcement;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

/// <summary>The parts of PPO and GRPO, each against a loop or against numbers worked out by hand.</summary>
[TestFixture]
public class PolicyLossTests : AlignmentFixture
{
    private static torch.Tensor Row(params double[] numbers) => torch.tensor(numbers, [1, numbers.Length], torch.float64, device: torch.CPU);

    private static torch.Tensor Mask(params int[] flags) => torch.tensor(flags.Select(f => f == 1).ToArray(), [1, flags.Length], device: torch.CPU);

    [Test]
    public void Advantages_equal_a_loop_and_nothing_leaks_from_padding()
    {
        // Three rows of different stretches; outside, numbers that would be noticed.
        const int Time = 7;
        (int From, int To)[] stretches = [(0, 7), (2, 5), (3, 4)];
        var random = new Random(1);
        var (rewards, values, mask) = (new double[3, Time], new double[3, Time], new bool[3, Time]);
        for (var row = 0; row < 3; row++)
        {
            for (var t = 0; t < Time; t++)
            {
                mask[row, t] = t >= stretches[row].From && t < stretches[row].To;
                rewards[row, t] = mask[row, t] ? random.NextDouble() - 0.5 : 1e6;
                values[row, t] = mask[row, t] ? random.NextDouble() - 0.5 : double.NaN;
            }
        }

        foreach (var (gamma, lambda) in new[] { (1.0, 0.95), (0.9, 0.5), (1.0, 1.0), (0.97, 0.0) })
        {
            var (advantages, returns) = GeneralisedAdvantage.Compute(
                torch.tensor(rewards, device: torch.CPU), torch.tensor(values, device: torch.CPU), torch.tensor(mask, device: torch.CPU), gamma, lambda);
            for (var row = 0; row < 3; row++)
            {
                var (from, to) = stretches[row];
                for (var t = 0; t < Time; t++)
                {
                    // The definition: a sum of discounted temporal differences.
                    var expected = 0.0;
                    for (var k = t; mask[row, t] && k < to; k++)
                    {
                        var next = k + 1 < to ? values[row, k + 1] : 0;
                        expected += Math.Pow(gamma * lambda, k - t) * (rewards[row, k] + (gamma * next) - values[row, k]);
                    }

                    Assert.That(advantages[row, t].ToDouble(), Is.EqualTo(expected).Within(1e-12));
                    Assert.That(returns[row, t].ToDouble(), Is.EqualTo(mask[row, t] ? expected + values[row, t] : 0).Within(1e-12));
                    if (lambda == 1 && mask[row, t])
                    {
                        var rest = Enumerable.Range(t, to - t).Sum(k => rewards[row, k] * Math.Pow(gamma, k - t));
                        Assert.That(expected, Is.EqualTo(rest - values[row, t]).Within(1e-12), "λ = 1: return minus value");
                    }
                }
            }
        }
    }

    [Test]
    public void The_score_is_added_once_at_the_last_action_and_every_action_pays_for_its_kl()
    {
        var mask = torch.cat([Mask(0, 1, 1, 1, 0), Mask(0, 0, 1, 0, 0)], 0);
        var logPolicy = torch.cat([Row(0, -1, -2, -3, 0), Row(0, 0, -0.5, 0, 0)], 0);
        var logReference = torch.cat([Row(9, -1.5, -1, -3, 9), Row(9, 9, -0.25, 9, 9)], 0);
        var rewards = PpoTrainer.Rewards(logPolicy, logReference, torch.tensor([10.0, -4], [2], device: torch.CPU), mask, beta: 0.1);
        TensorAssert.Near(rewards, torch.cat([Row(0, -0.05, 0.1, 10, 0), Row(0, 0, -4 + 0.025, 0, 0)], 0), 1e-12);
        // Total = score − β ΣKL.
        TensorAssert.Near(rewards.sum(1), torch.tensor([10 - (0.1 * -0.5), -4 - (0.1 * -0.25)], [2], device: torch.CPU), 1e-12);
    }

    [Test]
    public void Whitening_counts_what_is_real_and_keeps_the_mean_of_rewards_only()
    {
        var values = Row(1, 2, 3, 4, 1000);
        var mask = Mask(1, 1, 1, 1, 0);
        var whitened = MaskedStatistics.Whiten(values, mask);
        var kept = MaskedStatistics.Whiten(values, mask, keepMean: true);
        Assert.Multiple(() =>
        {
            Assert.That(MaskedStatistics.Mean(values, mask).ToDouble(), Is.EqualTo(2.5));
            Assert.That(MaskedStatistics.Variance(values, mask).ToDouble(), Is.EqualTo(5.0 / 3).Within(1e-12));
            Assert.That(MaskedStatistics.Mean(whitened, mask).ToDouble(), Is.Zero.Within(1e-12));
            Assert.That(MaskedStatistics.Variance(whitened, mask).ToDouble(), Is.EqualTo(1).Within(1e-7));
            Assert.That(MaskedStatistics.Mean(kept, mask).ToDouble(), Is.EqualTo(2.5).Within(1e-12));
            Assert.That(MaskedStatistics.Variance(kept, mask).ToDouble(), Is.EqualTo(1).Within(1e-7));
            Assert.That(whitened[0, 4].ToDouble(), Is.Zero);
            Assert.That(MaskedStatistics.Whiten(values, Mask(0, 0, 0, 0, 0)).abs().sum().ToDouble(), Is.Zero, "nothing, and no NaN");
        });
    }

    [TestCase(1.0, 1.5, false, Description = "good and already likelier: no further push")]
    [TestCase(1.0, 0.5, true, Description = "good but less likely: pulled back")]
    [TestCase(-1.0, 0.5, false, Description = "bad and already less likely: no further push")]
    [TestCase(-1.0, 1.5, true, Description = "bad but likelier: pulled back")]
    [TestCase(1.0, 1.1, true, Description = "within the limits")]
    [TestCase(-1.0, 0.9, true, Description = "within the limits")]
    public void Clipping_stops_the_gradient_on_the_pessimistic_side_only(double advantage, double ratio, bool hasGradient)
    {
        var log = torch.tensor([Math.Log(ratio)], [1], device: torch.CPU).requires_grad_();
        var (loss, isClipped) = ClippedObjective.Policy(log, torch.zeros_like(log), torch.full([1], advantage, torch.float64, device: torch.CPU), 0.2);
        loss.sum().backward();
        var clipped = Math.Clamp(ratio, 0.8, 1.2);
        Assert.Multiple(() =>
        {
            Assert.That(loss.ToDouble(), Is.EqualTo(Math.Max(-advantage * ratio, -advantage * clipped)).Within(1e-12));
            Assert.That(log.grad!.ToDouble(), Is.EqualTo(hasGradient ? -advantage * ratio : 0).Within(1e-12));
            Assert.That(isClipped.ToBoolean(), Is.EqualTo(!hasGradient));
        });
    }

    [TestCase(0.5, 0.0, 1.0, 0.32, Description = "moved by more than the limit: the clipped error, which is larger, counts")]
    [TestCase(0.1, 0.0, 1.0, 0.405, Description = "within the limits")]
    [TestCase(-0.5, 0.0, 1.0, 1.125, Description = "moved the wrong way: the whole error counts")]
    public void The_value_loss_takes_the_larger_of_both_errors(double value, double old, double target, double expected)
    {
        var (loss, _) = ClippedObjective.Value(Row(value), Row(old), Row(target), 0.2);
        Assert.That(loss.ToDouble(), Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void The_adaptive_coefficient_follows_its_target()
    {
        var adaptive = new AdaptiveKlCoefficient { Initial = 0.2, Target = 6, Horizon = 10_000 };
        Assert.Multiple(() =>
        {
            Assert.That(adaptive.Next(0.2, 6, 256), Is.EqualTo(0.2));
            Assert.That(adaptive.Next(0.2, 6.6, 256), Is.EqualTo(0.2 * (1 + (0.1 * 0.0256))).Within(1e-12));
            Assert.That(adaptive.Next(0.2, 60, 256), Is.EqualTo(0.2 * (1 + (0.2 * 0.0256))).Within(1e-12), "no faster than a fifth");
            Assert.That(adaptive.Next(0.2, 0, 256), Is.EqualTo(0.2 * (1 - (0.2 * 0.0256))).Within(1e-12));
            Assert.That(new FixedKlCoefficient { Initial = 0.2 }.Next(0.2, 60, 256), Is.EqualTo(0.2));
            Assert.That(() => (adaptive with { Target = 0 }).Validated(), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => (adaptive with { Initial = -1 }).Validated(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Group_advantages_compare_a_completion_with_its_siblings()
    {
        var advantages = GrpoTrainer.GroupAdvantages([1, 0, 0, 1, 5, 5, 5, 5, 0.1, 0.1, 0.1, 0.4], 4);
        var deviation = Math.Sqrt(1.0 / 3);
        Assert.Multiple(() =>
        {
            Assert.That(advantages[..4], Is.EqualTo(new[] { 0.5, -0.5, -0.5, 0.5 }.Select(a => a / (deviation + 1e-4))).Within(1e-12));
            Assert.That(advantages[4..8], Is.All.Zero);
            Assert.That(advantages[11], Is.EqualTo(0.225 / (0.15 + 1e-4)).Within(1e-9));
            Assert.That(GrpoTrainer.GroupAdvantages([0.1, 0.1, 0.1], 3), Is.All.Zero, "exactly, although 0.1 has no exact mean");
            Assert.That(GrpoTrainer.GroupAdvantages([1, 0], 2, scaleByDeviation: false), Is.EqualTo(new[] { 0.5, -0.5 }));
            Assert.That(() => GrpoTrainer.GroupAdvantages([1, 0, 1], 2), Throws.ArgumentException);
        });
    }

    [Test]
    public void Each_normalisation_weighs_tokens_as_it_says_and_nothing_is_no_NaN()
    {
        var mask = torch.cat([Mask(1, 1, 1, 0), Mask(0, 1, 0, 0)], 0);
        TensorAssert.Near(
            GrpoTrainer.Weights(mask, GrpoNormalisation.PerSequence, 2, 4, 8),
            torch.cat([Row(1.0 / 6, 1.0 / 6, 1.0 / 6, 0), Row(0, 0.5, 0, 0)], 0).to(torch.float32), 1e-7);
        TensorAssert.Near(GrpoTrainer.Weights(mask, GrpoNormalisation.PerToken, 2, 4, 8), mask.to(torch.float32) / 4, 1e-7);
        TensorAssert.Near(GrpoTrainer.Weights(mask, GrpoNormalisation.Constant, 2, 4, 8), mask.to(torch.float32) / 16, 1e-7);
        foreach (var normalisation in Enum.GetValues<GrpoNormalisation>())
        {
            Assert.That(GrpoTrainer.Weights(torch.zeros_like(mask), normalisation, 2, 0, 8).sum().ToDouble(), Is.Zero);
        }
    }

    [Test]
    public void At_the_sampling_policy_the_loss_of_grpo_is_0_but_its_gradient_is_not()
    {
        var log = torch.tensor([-1.0, -2.0], [2, 1], device: torch.CPU).requires_grad_();
        var advantages = torch.tensor([1.0, -1.0], [2, 1], device: torch.CPU);
        var (loss, _) = GrpoTrainer.TokenLoss(log, log.detach(), log.detach() - 0.5, advantages, clip: 0.2, beta: 0);
        var weighted = (loss * GrpoTrainer.Weights(torch.ones([2, 1], torch.@bool, device: torch.CPU), GrpoNormalisation.PerSequence, 2, 2, 4)).sum();
        weighted.backward();
        Assert.That(weighted.ToDouble(), Is.Zero);
        Assert.That(log.grad!.data<double>().ToArray(), Is.EqualTo(new[] { -0.5, 0.5 }).Within(1e-12));
        var (withKl, _) = GrpoTrainer.TokenLoss(log, log.detach(), log.detach() - 0.5, advantages, clip: 0.2, beta: 0.1);
        TensorAssert.Near(withKl - loss, torch.full([2, 1], 0.1 * (Math.Exp(-0.5) - 1 + 0.5), torch.float64, device: torch.CPU), 1e-12);
    }
}
