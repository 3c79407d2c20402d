using Course.Alignment;
using Course.Alignment.Exact;
using Course.Alignment.Reinforcement;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

/// <summary>Estimators and samples against what a world of 40 completions lets us compute exactly.</summary>
[TestFixture]
public class ExactTests : AlignmentFixture
{
    [Test]
    public void Everything_that_can_be_said_is_listed_once_and_its_probabilities_add_up_to_1()
    {
        Assert.That(World.Completions, Has.Count.EqualTo(1 + 3 + 9 + 27));
        Assert.That(World.Completions.Select((completion, i) => World.NumberOf(completion) - i), Is.All.Zero);
        Assert.That(World.Completions.Count(completion => !completion.Ended), Is.EqualTo(27));
        using var gpt = Tiny();
        Assert.That(World.LogDistribution(gpt).exp().sum().ToDouble(), Is.EqualTo(1).Within(1e-6));
        Assert.That(World.LogDistribution(gpt, 0.5).exp().sum().ToDouble(), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Log_probabilities_equal_those_of_one_token_after_the_other()
    {
        using var gpt = Tiny();
        var batch = Completion.ToBatch(World.Completions, Pad, torch.CPU);
        var perToken = LogProbabilities.Of(gpt, batch, temperature: 0.7);
        foreach (var (row, completion) in World.Completions.Index())
        {
            for (var t = 0; t < completion.Tokens.Count; t++)
            {
                long[] before = [.. Prompt.Concat(completion.Tokens.Take(t)).Select(token => (long)token)];
                var next = gpt.NextLogits(torch.tensor(before, [1, before.Length], device: torch.CPU));
                var expected = (next / 0.7).log_softmax(-1)[0, completion.Tokens[t]].item<float>();
                // The state before the first token is the last one of the prompt.
                Assert.That(perToken[row, Prompt.Length - 1 + t].item<float>(), Is.EqualTo(expected).Within(1e-5));
            }

            Assert.That(perToken[row].ne(0).sum().ToInt64(), Is.EqualTo(completion.Tokens.Count), "prompt and padding count nothing");
        }
    }

    [Test]
    public void Samples_follow_the_exact_distribution()
    {
        const int Count = 4000;
        using var gpt = Tiny(dropout: 0.4);
        var sampler = new CompletionSampler(End, Pad, 3, temperature: 0.8);
        var samples = sampler.Sample(gpt, [.. Enumerable.Repeat(Prompt, Count)], seed: 5);
        gpt.eval(); // dropout is off while sampling; so must it be here
        var expected = World.LogDistribution(gpt, 0.8).exp().data<double>().ToArray().Select(p => p * Count).ToArray();
        var counts = World.Count(samples);
        // Rare completions share a cell, as χ² needs; five standard deviations of χ² with that many degrees of freedom.
        var frequent = Enumerable.Range(0, counts.Length).Where(i => expected[i] >= 5).ToList();
        var rest = Enumerable.Range(0, counts.Length).Except(frequent).ToList();
        var cells = frequent.Select(i => (Seen: (double)counts[i], Expected: expected[i]))
            .Append((rest.Sum(i => counts[i]), rest.Sum(i => expected[i]))).Where(cell => cell.Item2 > 0).ToList();
        var chiSquare = cells.Sum(cell => Math.Pow(cell.Item1 - cell.Item2, 2) / cell.Item2);
        Assert.That(cells, Has.Count.GreaterThan(10));
        Assert.That(chiSquare, Is.LessThan(cells.Count - 1 + (5 * Math.Sqrt(2.0 * (cells.Count - 1)))));
        Assert.That(gpt.training, Is.False);
    }

    [Test]
    public void Completions_do_not_depend_on_their_neighbours_or_on_left_padding()
    {
        using var gpt = Tiny();
        var sampler = new CompletionSampler(End, Pad, 4);
        int[][] prompts = [[1], [0, 1, 2], [2, 2], [0, 1, 2, 2]];
        var together = sampler.Sample(gpt, prompts, seed: 3);
        for (var row = 0; row < prompts.Length; row++)
        {
            var alone = sampler.Sample(gpt, [prompts[row]], seed: 3, firstStream: row)[0];
            Assert.That(together[row].Tokens, Is.EqualTo(alone.Tokens));
            Assert.That(together[row].Ended, Is.EqualTo(alone.Tokens[^1] == End));
        }

        Assert.That(sampler.Sample(gpt, prompts, seed: 3).SelectMany(c => c.Tokens), Is.EqualTo(together.SelectMany(c => c.Tokens)));
    }

    [Test]
    public void Left_padded_logits_equal_unpadded_ones()
    {
        using var gpt = Tiny();
        gpt.eval();
        var alone = gpt.NextLogits(torch.tensor([1L, 2], [1, 2], device: torch.CPU));
        var input = torch.tensor([Pad, Pad, 1L, 2], [1, 4], device: torch.CPU);
        var real = torch.tensor([false, false, true, true], [1, 4], device: torch.CPU);
        var places = torch.tensor([0L, 0, 0, 1], [1, 4], device: torch.CPU);
        TensorAssert.Near(gpt.NextLogits(input, cache: null, real, places), alone);
    }

    [Test]
    public void K1_and_k3_are_unbiased_k3_is_never_negative_and_the_ratio_is_the_right_way_up()
    {
        using var policy = Tiny(1);
        using var reference = Tiny(2);
        var batch = Completion.ToBatch(World.Completions, Pad, torch.CPU);
        var (logP, logQ) = (World.LogDistribution(policy), World.LogDistribution(reference));
        var (p, q) = (LogProbabilities.Of(policy, batch).to(torch.float64), LogProbabilities.Of(reference, batch).to(torch.float64));
        var exact = Distributions.Kl(logP, logQ).ToDouble();
        Assert.That(exact, Is.GreaterThan(0.1));
        // Per token and summed up, as rewards use it: the chain rule of KL makes the sum right too.
        double Mean(KlEstimator estimator) => Distributions.Expectation(logP, estimator.Estimate(p, q).sum(1)).ToDouble();
        Assert.Multiple(() =>
        {
            Assert.That(Mean(KlEstimator.K1), Is.EqualTo(exact).Within(1e-6));
            Assert.That(Mean(KlEstimator.K3), Is.EqualTo(exact).Within(1e-6));
            Assert.That(Mean(KlEstimator.K2), Is.Not.EqualTo(exact).Within(1e-3), "biased");
            Assert.That(KlEstimator.K3.Estimate(p, q).min().ToDouble(), Is.GreaterThanOrEqualTo(0));
            Assert.That(KlEstimator.K1.Estimate(p, q).min().ToDouble(), Is.LessThan(0));
            Assert.That(Distributions.Expectation(logP, KlEstimator.K1.Estimate(q, p).sum(1)).ToDouble(), Is.EqualTo(-exact).Within(1e-6));
        });
        // expm1: at a difference of 1e-6, e^x − 1 − x in single precision would have no right digit.
        var tiny = KlEstimator.K3.Estimate(torch.zeros(1, torch.float64, device: torch.CPU), torch.full([1], 1e-6, torch.float64, device: torch.CPU));
        Assert.That(tiny.ToDouble(), Is.EqualTo(5e-13).Within(1e-15));
    }

    [TestCase(KlEstimator.K1)]
    [TestCase(KlEstimator.K3)]
    public void Sampled_kl_lies_within_its_computed_bounds(KlEstimator estimator)
    {
        const int Count = 3000;
        using var policy = Tiny(1);
        using var reference = Tiny(2);
        var (logP, logQ) = (World.LogDistribution(policy), World.LogDistribution(reference));
        var perCompletion = estimator.Estimate(logP, logQ);
        var exact = Distributions.Kl(logP, logQ).ToDouble();
        var variance = Distributions.Expectation(logP, (perCompletion - exact).pow(2)).ToDouble();
        var samples = new CompletionSampler(End, Pad, 3).Sample(policy, [.. Enumerable.Repeat(Prompt, Count)], seed: 8);
        var numbers = perCompletion.data<double>().ToArray();
        var mean = samples.Average(sample => numbers[World.NumberOf(sample)]);
        Assert.That(mean, Is.EqualTo(exact).Within(5 * Math.Sqrt(variance / Count)));
    }

    [Test]
    public void The_policy_gradient_of_ppo_is_the_exact_gradient_in_expectation_and_within_bounds_in_samples()
    {
        const double Beta = 0.3;
        const int Count = 4000;
        using var policy = Tiny(1);
        using var reference = Tiny(2);
        var rewards = World.Tabulate(Reward);
        Distributions.Objective(World.LogDistribution(policy), World.LogDistribution(reference), rewards, Beta).backward();
        var exact = Gradients(policy);
        policy.zero_grad();

        // What PPO computes for every completion: no value function, λ = 1, and the ratio still 1.
        var batch = Completion.ToBatch(World.Completions, Pad, torch.CPU);
        var isAction = LogProbabilities.IsAction(batch);
        var logPolicy = LogProbabilities.Of(policy, batch);
        var logReference = LogProbabilities.Of(reference, batch).detach();
        var old = logPolicy.detach();
        var perToken = PpoTrainer.Rewards(old, logReference, rewards.to(torch.float32), isAction, Beta);
        var (advantages, _) = GeneralisedAdvantage.Compute(perToken, torch.zeros_like(perToken), isAction, lambda: 1);
        var (loss, _) = ClippedObjective.Policy(logPolicy, old, advantages, 0.2);
        var perCompletion = loss.masked_fill(~isAction, 0).sum(1);
        var probabilities = World.LogDistribution(policy).exp().detach();
        (perCompletion * probabilities).sum().backward(retain_graph: true);
        TensorAssert.Near(-Gradients(policy), exact, 2e-6, "in expectation");

        // Along the exact gradient, what a single completion contributes is a number; its mean over samples has a known variance.
        var direction = exact / exact.norm();
        var contributions = new double[World.Completions.Count];
        for (var i = 0; i < contributions.Length; i++)
        {
            policy.zero_grad();
            perCompletion[i].backward(retain_graph: true);
            contributions[i] = (Gradients(policy) * direction).sum().ToDouble() * -1;
        }

        var length = exact.norm().ToDouble();
        var weights = probabilities.data<double>().ToArray();
        var variance = weights.Zip(contributions, (w, c) => w * (c - length) * (c - length)).Sum();
        var samples = new CompletionSampler(End, Pad, 3).Sample(policy, [.. Enumerable.Repeat(Prompt, Count)], seed: 2);
        var estimate = samples.Average(sample => contributions[World.NumberOf(sample)]);
        Assert.That(estimate, Is.EqualTo(length).Within(5 * Math.Sqrt(variance / Count)));
        Assert.That(length, Is.GreaterThan(5 * Math.Sqrt(variance / Count)), "the samples tell it from none");
    }

    [Test]
    public void The_optimum_is_better_than_any_other_policy_by_beta_times_its_kl()
    {
        const double Beta = 0.5;
        using var reference = Tiny(1);
        using var other = Tiny(2);
        var (logRef, logOther, rewards) = (World.LogDistribution(reference), World.LogDistribution(other), World.Tabulate(Reward));
        var optimum = Distributions.Optimum(logRef, rewards, Beta);
        double J(torch.Tensor log) => Distributions.Objective(log, logRef, rewards, Beta).ToDouble();
        var logZ = (logRef + (rewards / Beta)).exp().sum().log().ToDouble();
        Assert.Multiple(() =>
        {
            Assert.That(optimum.exp().sum().ToDouble(), Is.EqualTo(1).Within(1e-9));
            Assert.That(J(optimum), Is.EqualTo(Beta * logZ).Within(1e-6));
            // J(π*) − J(π) = β KL(π ‖ π*), for every π.
            Assert.That(J(optimum) - J(logOther), Is.EqualTo(Beta * Distributions.Kl(logOther, optimum).ToDouble()).Within(1e-6));
            Assert.That(() => Distributions.Optimum(logRef, rewards, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var gpt = Tiny();
        Assert.Multiple(() =>
        {
            Assert.That(() => new EnumerableWorld([], 4, 3, 3), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => new EnumerableWorld([0], 4, 4, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new EnumerableWorld([0], 1000, 4, 3), Throws.ArgumentException.With.Message.Contains("too much"));
            Assert.That(() => new EnumerableWorld([0], 5, 4, 3).LogDistribution(gpt), Throws.ArgumentException.With.Message.Contains("4"));
            Assert.That(() => World.NumberOf(new Completion(Prompt, [0], false)), Throws.ArgumentException);
            Assert.That(() => new CompletionSampler(3, 3, 4), Throws.ArgumentException.With.Message.Contains("cannot both"));
            Assert.That(() => new CompletionSampler(3, 0, 4, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new CompletionSampler(3, 0, 7).Sample(gpt, [[0, 1]], 0), Throws.ArgumentException.With.Message.Contains("8 tokens"));
            Assert.That(() => new CompletionSampler(3, 0, 2).Sample(gpt, [[]], 0), Throws.ArgumentException);
            Assert.That(() => new CompletionSampler(9, 0, 2).Sample(gpt, [[0]], 0), Throws.ArgumentException.With.Message.Contains("end (9)"));
            Assert.That(() => LogProbabilities.Of(gpt, Completion.ToBatch(World.Completions, 0, torch.CPU), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
