using Course.Alignment.Conversations;
using Course.Alignment.Exact;
using Course.Alignment.FineTuning;
using Course.Alignment.Reinforcement;
using Course.Models;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

[TestFixture]
public class DpoTests : AlignmentFixture
{
    private const double Beta = 0.4;

    private static readonly TrainerOptions Options = new()
    {
        Steps = 200,
        Schedule = LearningRateSchedule.Constant(5e-3),
        Optimizer = new AdamWOptions { WeightDecay = 0 },
    };

    private static readonly PreferenceLoss[] Losses =
    [
        PreferenceLoss.Dpo(Beta), PreferenceLoss.ConservativeDpo(Beta, 0.1), PreferenceLoss.RobustDpo(Beta, 0.1), PreferenceLoss.Ipo(Beta),
        PreferenceLoss.Hinge(Beta),
    ];

    /// <summary>Judgements of a Bradley-Terry judge with this reward, over completions the reference wrote.</summary>
    private static List<PreferencePair> Pairs(Gpt reference, int count, int seed)
    {
        var samples = new CompletionSampler(End, Pad, 3).Sample(reference, [.. Enumerable.Repeat(Prompt, 2 * count)], seed);
        var random = new Random(seed);
        return [.. samples.Chunk(2).Select(pair =>
        {
            var firstIsBetter = random.NextDouble() < 1 / (1 + Math.Exp(Reward(pair[1]) - Reward(pair[0])));
            return new PreferencePair(pair[firstIsBetter ? 0 : 1].ToSequence(), pair[firstIsBetter ? 1 : 0].ToSequence());
        })];
    }

    [Test]
    public void It_moves_the_policy_to_the_exact_optimum()
    {
        using var policy = Tiny();
        using var reference = policy.FrozenCopy();
        var before = DistanceToOptimum(policy, reference, Beta);
        var task = new DpoTask(policy, Pairs(reference, 4000, 1), PreferenceLoss.Dpo(Beta), batchSize: 128, Pad);
        using var trainer = new Trainer(task, Options);
        trainer.Run();
        var after = DistanceToOptimum(policy, reference, Beta);
        Assert.That(after, Is.LessThan(0.2 * before), $"{before} → {after}");
        // At the optimum β h is the difference of the rewards: here its mean over pairs of which the judge prefers one.
        var p = World.LogDistribution(reference).exp().data<double>().ToArray();
        var margin = World.Completions.Index().Sum(a => World.Completions.Index().Sum(b =>
        {
            var difference = Reward(a.Item) - Reward(b.Item);
            return p[a.Index] * p[b.Index] * difference * Math.Tanh(difference / 2);
        }));
        Assert.That(task.MeasureTraining().Margin, Is.EqualTo(margin).Within(0.3 * margin));
    }

    [Test]
    public void When_policy_and_reference_are_the_same_the_loss_is_ln_2_although_the_model_has_dropout()
    {
        using var policy = Tiny(dropout: 0.4);
        var task = new DpoTask(policy, Pairs(policy, 16, 1), PreferenceLoss.Dpo(Beta), 8, Pad);
        Assert.That(task.Loss(0).ToDouble(), Is.EqualTo(Math.Log(2)).Within(1e-6));
        Assert.That(task.MeasureTraining(), Is.EqualTo(new PreferenceMeasurement(Math.Log(2), 0.5, 0, 0))
            .Using<PreferenceMeasurement>((a, b) => Math.Abs(a.Loss - b.Loss) < 1e-6 && Math.Abs(a.ChosenReward) < 1e-6 && Math.Abs(a.RejectedReward) < 1e-6));
    }

    [Test]
    public void Only_the_completion_counts_its_first_token_included_and_the_reference_gets_no_gradient()
    {
        using var policy = Tiny(1);
        using var reference = Tiny(2);
        var (better, worse) = (new Completion(Prompt, [2, 1, End], true), new Completion(Prompt, [1], false));
        var task = new DpoTask(policy, [new PreferencePair(better.ToSequence(), worse.ToSequence())], PreferenceLoss.Dpo(Beta), 1, Pad, reference: reference);
        var loss = task.Loss(0);
        loss.backward();
        double Log(Gpt model, Completion completion) => World.LogDistribution(model)[World.NumberOf(completion)].ToDouble();
        // The worse one breaks off early and is no completion of the world: its first token by hand.
        double LogFirst(Gpt model) => model.NextLogits(torch.tensor([0L, 1], [1, 2], device: torch.CPU)).log_softmax(-1)[0, 1].ToDouble();
        var h = Log(policy, better) - Log(reference, better) - (LogFirst(policy) - LogFirst(reference));
        Assert.That(loss.ToDouble(), Is.EqualTo(Math.Log(1 + Math.Exp(-Beta * h))).Within(1e-5));
        Assert.That(reference.parameters().All(p => p.grad is null), Is.True);
        Assert.That(Gradients(policy).abs().sum().ToDouble(), Is.Positive);
    }

    [Test]
    public void Swapping_the_texts_changes_the_loss_by_beta_times_the_margin()
    {
        var h = TensorAssert.Random(1, 50) * 5;
        TensorAssert.Near(PreferenceLoss.Dpo(Beta).Of(h) - PreferenceLoss.Dpo(Beta).Of(-h), -Beta * h, 1e-5);
    }

    [Test]
    public void The_variants_are_what_their_papers_say()
    {
        var h = torch.tensor([-2.0, 0.0, 0.5, 3.0], [4], device: torch.CPU);
        static double S(double x) => -Math.Log(1 + Math.Exp(-x));
        (PreferenceLoss Loss, Func<double, double> Expected)[] cases =
        [
            (Losses[0], x => -S(Beta * x)),
            (Losses[1], x => (-0.9 * S(Beta * x)) - (0.1 * S(-Beta * x))),
            (Losses[2], x => ((-0.9 * S(Beta * x)) + (0.1 * S(-Beta * x))) / 0.8),
            (Losses[3], x => Math.Pow(x - (1 / (2 * Beta)), 2)),
            (Losses[4], x => Math.Max(0, 1 - (Beta * x))),
        ];
        foreach (var (loss, expected) in cases)
        {
            var values = loss.Of(h).data<double>().ToArray();
            Assert.That(values, Is.EqualTo(new[] { -2, 0, 0.5, 3 }.Select(expected)).Within(1e-9), loss.Name);
        }

        // Robust DPO under noise is DPO without: 0.9 · L(h) + 0.1 · L(−h) = DPO(h).
        TensorAssert.Near((0.9 * Losses[2].Of(h)) + (0.1 * Losses[2].Of(-h)), Losses[0].Of(h), 1e-9);
        // IPO stands still at its aim; conservative DPO where σ(β h) = 1 − ε.
        var aim = torch.tensor([1 / (2 * Beta), Math.Log(9) / Beta], [2], device: torch.CPU).requires_grad_();
        (Losses[3].Of(aim)[0] + Losses[1].Of(aim)[1]).backward();
        Assert.That(aim.grad!.abs().max().ToDouble(), Is.LessThan(1e-9));
    }

    [TestCaseSource(nameof(Losses))]
    public void Every_loss_teaches_the_preference(PreferenceLoss loss)
    {
        using var policy = Tiny();
        using var reference = policy.FrozenCopy();
        var task = new DpoTask(policy, Pairs(reference, 300, 1), loss, 64, Pad, validation: Pairs(reference, 300, 2));
        using var trainer = new Trainer(task, Options with { Steps = 25 });
        var history = trainer.Run();
        var measured = task.MeasureValidation();
        double Mean(Gpt model) => Distributions.Expectation(World.LogDistribution(model), World.Tabulate(Reward)).ToDouble();
        Assert.That(Mean(policy), Is.GreaterThan(Mean(reference) + 0.1), "the true reward, exactly");
        // A judge who guesses would be right in half of 300 pairs; this is 2.5 standard deviations more.
        Assert.That(measured.Accuracy, Is.GreaterThan(0.57));
        Assert.That(measured.Margin, Is.Positive);
        Assert.That(history.FinalEvaluation!.Loss, Is.EqualTo(measured.Loss).Within(1e-9));
    }

    [Test]
    public void A_resumed_training_equals_an_unbroken_one_and_memory_stays_flat()
    {
        using var reference = Tiny(1);
        var pairs = Pairs(reference, 50, 3);
        var options = Options with { Steps = 12, CheckpointFolder = At("dpo") };
        DpoTask Task(Gpt policy) => new(policy, pairs, PreferenceLoss.Dpo(Beta), 8, Pad, reference: reference);
        using var unbroken = Tiny(1);
        using var whole = new Trainer(Task(unbroken), options with { CheckpointFolder = null });
        var expected = whole.Run().Losses;
        using (var first = new Trainer(Task(Tiny(1)), options))
        {
            first.Run(until: 5);
        }

        using var again = new Trainer(Task(Tiny(9)), options);
        Assert.That(again.Resume().Step, Is.EqualTo(5));
        again.Run(until: 6);
        var before = SettledTensors();
        Assert.That(again.Run().Losses, Is.EqualTo(expected));
        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Adapters_alone_can_learn_it()
    {
        using var policy = Tiny();
        var weights = Weights(policy);
        using var adapters = new LoraAdapters(policy, new LoraOptions { Rank = 4, Alpha = 8 });
        var task = new DpoTask(policy, Pairs(policy, 200, 1), PreferenceLoss.Dpo(Beta), 64, Pad, adapters: adapters);
        using var trainer = new Trainer(task, Options with { Steps = 25 });
        var losses = trainer.Run().Losses;
        Assert.That(losses[0], Is.EqualTo(Math.Log(2)).Within(1e-6));
        Assert.That(task.MeasureTraining().Loss, Is.LessThan(0.65));
        TensorAssert.Same(Weights(policy), weights);
    }

    [Test]
    public void Best_of_n_is_the_best_of_n_and_spends_what_it_may()
    {
        const int N = 4, Prompts = 800;
        using var policy = Tiny();
        var best = new BestOfN(new CompletionSampler(End, Pad, 3), Rewards, N).Sample(policy, [.. Enumerable.Repeat(Prompt, Prompts)], seed: 1);
        // P(best has reward ≤ r) = P(one has)ⁿ: its mean and variance are sums over the levels of reward.
        var probabilities = World.LogDistribution(policy).exp().data<double>().ToArray();
        var levels = World.Completions.Select((c, i) => (Reward: Reward(c), P: probabilities[i])).GroupBy(x => Math.Round(x.Reward, 6))
            .OrderBy(g => g.Key).Select(g => (Reward: g.Key, P: g.Sum(x => x.P))).ToList();
        var (below, mean, square) = (0.0, 0.0, 0.0);
        foreach (var (reward, p) in levels)
        {
            var weight = Math.Pow(below + p, N) - Math.Pow(below, N);
            (mean, square, below) = (mean + (weight * reward), square + (weight * reward * reward), below + p);
        }

        Assert.That(best.Average(b => b.Reward), Is.EqualTo(mean).Within(5 * Math.Sqrt((square - (mean * mean)) / Prompts)));
        Assert.That(best.All(b => b.Reward == Reward(b.Completion)), Is.True);
        // Of completions that all differ in reward, the best of n has exactly this distribution; its KL obeys the bound.
        var (sum, kl) = (0.0, 0.0);
        foreach (var p in probabilities)
        {
            var q = Math.Pow(sum + p, N) - Math.Pow(sum, N);
            kl += q * Math.Log(q / p);
            sum += p;
        }

        Assert.That(kl, Is.LessThanOrEqualTo(BestOfN.KlBound(N)).And.GreaterThan(0.5 * BestOfN.KlBound(N)));
        Assert.That(BestOfN.KlBound(1), Is.Zero);
    }

    [Test]
    public void Rejection_sampling_draws_from_the_exact_optimum()
    {
        const int Count = 2000;
        using var reference = Tiny();
        var logRef = World.LogDistribution(reference);
        var rewards = World.Tabulate(Reward);
        const double MaxReward = 1.5;
        var (accepted, rate) = new RejectionSampling(new CompletionSampler(End, Pad, 3), Rewards, beta: 0.8, MaxReward)
            .Sample(reference, Prompt, Count, seed: 4);
        var expected = Distributions.Optimum(logRef, rewards, 0.8).exp().data<double>().ToArray().Select(p => p * Count).ToArray();
        var counts = World.Count(accepted);
        var cells = expected.Zip(counts).Where(cell => cell.First >= 5).ToList();
        cells.Add((Count - cells.Sum(c => c.First), Count - cells.Sum(c => c.Second)));
        var chiSquare = cells.Sum(cell => Math.Pow(cell.First - cell.Second, 2) / cell.First);
        Assert.That(chiSquare, Is.LessThan(cells.Count - 1 + (5 * Math.Sqrt(2.0 * (cells.Count - 1)))));
        var expectedRate = Distributions.Expectation(logRef, ((rewards - MaxReward) / 0.8).exp()).ToDouble();
        Assert.That(rate, Is.EqualTo(expectedRate).Within(5 * expectedRate / Math.Sqrt(Count)));
        Assert.That(
            () => new RejectionSampling(new CompletionSampler(End, Pad, 3), Rewards, 0.8, 0.1).Sample(reference, Prompt, 50, 1),
            Throws.InvalidOperationException.With.Message.Contains("largest"));
        Assert.That(
            () => new RejectionSampling(new CompletionSampler(End, Pad, 3), Rewards, 0.05, 9).Sample(reference, Prompt, 50, 1, maxDraws: 200),
            Throws.InvalidOperationException.With.Message.Contains("larger β"));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var policy = Tiny();
        var row = MaskedSequence.Of([0], [1]);
        Assert.Multiple(() =>
        {
            Assert.That(() => PreferenceLoss.Dpo(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => PreferenceLoss.Ipo(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => PreferenceLoss.ConservativeDpo(1, 0.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new DpoTask(policy, [], Losses[0], 1, Pad), Throws.ArgumentException);
            Assert.That(() => new DpoTask(policy, [new PreferencePair(row, MaskedSequence.Of([0, 1], []))], Losses[0], 1, Pad), Throws.ArgumentException);
            Assert.That(() => new DpoTask(policy, [new PreferencePair(row, MaskedSequence.Of([0], new int[9]))], Losses[0], 1, Pad),
                Throws.ArgumentException.With.Message.Contains("room for 9"));
        });
    }
}
