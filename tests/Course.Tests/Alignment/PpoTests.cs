using Course.Alignment.Reinforcement;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

[TestFixture]
public class PpoTests : AlignmentFixture
{
    private const double Beta = 0.4;

    private static readonly PpoOptions Options = new()
    {
        Iterations = 5,
        MaxTokens = 3,
        Prompts = 32,
        Epochs = 2,
        MiniBatches = 2,
        LearningRate = 3e-3,
        Kl = new FixedKlCoefficient { Initial = Beta },
        Seed = 7,
    };

    private static PpoTrainer Trainer(PpoOptions options, long seed = 1, double dropout = 0, IRewardFunction? reward = null, bool separate = false) =>
        new(new ActorCritic(Tiny(seed, dropout), separate ? Tiny(5) : null), [Prompt], reward ?? Rewards, options, End, Pad);

    [TestCase(false)]
    [TestCase(true)]
    public void It_moves_the_policy_to_the_exact_optimum(bool separateCritic)
    {
        using var trainer = Trainer(Options with { Iterations = 60, Prompts = 128 }, separate: separateCritic);
        var before = DistanceToOptimum(trainer.Policy, trainer.Reference, Beta);
        var history = trainer.Run();
        var after = DistanceToOptimum(trainer.Policy, trainer.Reference, Beta);
        Assert.That(before, Is.GreaterThan(0.3));
        Assert.That(after, Is.LessThan(0.15 * before), $"{before} → {after}");
        Assert.That(history[^1][Metric.Score], Is.GreaterThan(history[0][Metric.Score] + 0.3));
        Assert.That(history[^1][Metric.ExplainedVariance], Is.GreaterThan(history[0][Metric.ExplainedVariance]), "the values learn too");
    }

    [Test]
    public void Before_the_first_update_nothing_has_moved_although_the_model_has_dropout()
    {
        using var trainer = Trainer(Options with { Epochs = 1, MiniBatches = 1, Iterations = 2 }, dropout: 0.4);
        var history = trainer.Run();
        Assert.Multiple(() =>
        {
            foreach (var iteration in history)
            {
                Assert.That(iteration[Metric.Ratio], Is.EqualTo(1).Within(1e-6));
                Assert.That(iteration[Metric.UpdateKl], Is.Zero, "not a bit of difference");
                Assert.That(iteration[Metric.ClipFraction], Is.Zero);
                Assert.That(iteration[Metric.RatioVariance], Is.Zero);
            }

            Assert.That(history[0][Metric.Kl], Is.Zero.Within(1e-6), "the reference is the policy");
            Assert.That(history[1][Metric.Kl], Is.Not.Zero.Within(1e-6));
        });
    }

    [Test]
    public void The_value_head_starts_at_0()
    {
        using var model = new ActorCritic(Tiny());
        var input = TensorAssert.RandomTokens(1, 4, 3, 6);
        var (logits, values) = model.Forward(input);
        Assert.That(values.abs().max().ToDouble(), Is.Zero);
        Assert.That(values.shape, Is.EqualTo(new long[] { 3, 6 }));
        TensorAssert.Same(logits, model.Policy.Logits(input));
        Assert.That(() => new ActorCritic(model.Policy, model.Policy), Throws.ArgumentException.With.Message.Contains("leave it out"));
    }

    [Test]
    public void Gradient_accumulation_equals_the_full_batch()
    {
        using var whole = Trainer(Options with { EntropyCoefficient = 0.01 });
        using var parts = Trainer(Options with { EntropyCoefficient = 0.01, Accumulation = 4 });
        var (expected, actual) = (whole.Run(until: 3), parts.Run(until: 3));
        for (var i = 0; i < 3; i++)
        {
            foreach (var name in new[] { Metric.PolicyLoss, Metric.ValueLoss, Metric.GradientNorm, Metric.Score, Metric.UpdateKl, Metric.Ratio })
            {
                Assert.That(actual[i][name], Is.EqualTo(expected[i][name]).Within(2e-5), $"{name} in iteration {i + 1}");
            }
        }
    }

    [Test]
    public void Two_runs_with_one_seed_are_equal_to_the_last_bit_and_a_resumed_one_too()
    {
        var options = Options with { Kl = new AdaptiveKlCoefficient { Initial = Beta, Target = 0.1, Horizon = 100 } };
        using var first = Trainer(options);
        using var second = Trainer(options);
        var expected = first.Run();
        Assert.That(Rows(second.Run()), Is.EqualTo(Rows(expected)));
        TensorAssert.Same(Weights(second.Policy), Weights(first.Policy));
        Assert.That(first.Coefficient, Is.Not.EqualTo(Beta), "it has adapted");

        var stored = options with { CheckpointFolder = At("ppo"), CheckpointEvery = 1 };
        using (var broken = Trainer(stored))
        {
            broken.Run(until: 2);
        }

        using var reference = Tiny(1); // the policy as it was in the beginning
        using var model = new ActorCritic(Tiny(99));
        using var resumed = new PpoTrainer(model, [Prompt], Rewards, stored, End, Pad, reference);
        var report = resumed.Resume();
        Assert.That(report.Step, Is.EqualTo(2));
        Assert.That(report.Notes, Is.Empty);
        Assert.That(Rows(resumed.Run()), Is.EqualTo(Rows(expected)));
        TensorAssert.Same(Weights(resumed.Policy), Weights(first.Policy));
        Assert.That(resumed.Coefficient, Is.EqualTo(first.Coefficient));

        using var other = new PpoTrainer(new ActorCritic(Tiny(99)), [Prompt], Rewards, stored with { Clip = 0.1 }, End, Pad, reference);
        Assert.That(other.Resume().Notes.Single(), Does.Contain("options differ"));
        Assert.That(() => first.Resume(), Throws.InvalidOperationException.With.Message.Contains("CheckpointFolder"));

        static IEnumerable<double> Rows(IEnumerable<IterationMetrics> history) => history.SelectMany(i => i.Values.Values);
    }

    [Test]
    public void Cancellation_leaves_a_checkpoint()
    {
        using var source = new CancellationTokenSource();
        using var trainer = Trainer(Options with { CheckpointFolder = At("ppo") });
        Assert.That(
            () => trainer.Run(iteration => { if (iteration.Iteration == 2) { source.Cancel(); } }, cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        using var again = Trainer(Options with { CheckpointFolder = At("ppo") });
        Assert.That(again.Resume().Step, Is.EqualTo(2));
    }

    [Test]
    public void Memory_stays_flat()
    {
        using var trainer = Trainer(Options with { Iterations = 6 });
        trainer.Run(until: 1);
        var before = SettledTensors();
        trainer.Run();
        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Metrics_fit_together()
    {
        using var trainer = Trainer(Options);
        foreach (var iteration in trainer.Run())
        {
            Assert.That(iteration[Metric.RlhfReward], Is.EqualTo(iteration[Metric.Score] + iteration[Metric.NonScoreReward]).Within(1e-9));
            Assert.That(iteration[Metric.NonScoreReward], Is.EqualTo(-Beta * iteration[Metric.Kl]).Within(1e-5));
            Assert.That(iteration[Metric.Updates], Is.EqualTo(4));
            Assert.That(iteration[Metric.LearningRate], Is.EqualTo(3e-3));
        }

        Assert.That(trainer.Curve(Metric.Score), Has.Length.EqualTo(5));
        Assert.That(trainer.History[0].ToString(), Does.Contain("objective/kl"));
        Assert.That(() => trainer.History[0]["reward"], Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("objective/scores"));
    }

    [Test]
    public void A_completion_without_end_gets_the_fixed_score_whatever_the_prompt_contains()
    {
        var seen = new List<Completion>();
        var reward = new DelegateReward(completion =>
        {
            seen.Add(completion);
            return 1;
        });
        // The end token in the prompt is none of the completion's.
        using var trainer = new PpoTrainer(
            new ActorCritic(Tiny()), [[0, End, 1]], reward, Options with { MissingEndScore = -1, Iterations = 1 }, End, Pad);
        var score = trainer.Run()[0][Metric.Score];
        var ended = seen.Count(completion => completion.Tokens[^1] == End);
        Assert.That(ended, Is.InRange(1, 31), "some end, some do not");
        Assert.That(score, Is.EqualTo((ended - (32.0 - ended)) / 32).Within(1e-9));
        Assert.That(trainer.History[0][Metric.Ended], Is.EqualTo(ended));
    }

    [Test]
    public void Updates_stop_when_the_policy_has_moved_too_far()
    {
        using var trainer = Trainer(Options with { LearningRate = 0.05, Epochs = 8, StopAtKl = 0.02, Iterations = 2 });
        Assert.That(trainer.Run().Select(i => i[Metric.Updates]), Is.All.InRange(1, 15));
        using var strict = Trainer(Options with { StopAtKl = 1e-30, Iterations = 2 });
        Assert.That(strict.Run().Select(i => i[Metric.Updates]), Is.All.EqualTo(1), "one update is always made");
    }

    [Test]
    public void Without_a_price_on_kl_the_policy_goes_farther()
    {
        using var tied = Trainer(Options with { Iterations = 15 });
        using var free = Trainer(Options with { Iterations = 15, Kl = new FixedKlCoefficient { Initial = 0 } });
        Assert.That(free.Run()[^1][Metric.Kl], Is.GreaterThan(2 * tied.Run()[^1][Metric.Kl]));
    }

    [Test]
    public void The_temperature_is_the_same_for_all_policies()
    {
        // At another temperature than the sampling's the ratio would not be 1 and the first KL not 0.
        using var trainer = Trainer(Options with { Temperature = 0.5, Epochs = 1, MiniBatches = 1, Iterations = 1 });
        var first = trainer.Run()[0];
        Assert.That(first[Metric.Ratio], Is.EqualTo(1).Within(1e-6));
        Assert.That(first[Metric.Kl], Is.Zero.Within(1e-6));
    }

    [Test]
    public void A_reward_that_is_no_number_stops_the_training()
    {
        using var trainer = Trainer(Options, reward: new DelegateReward(_ => double.NaN));
        Assert.That(() => trainer.Run(), Throws.InvalidOperationException.With.Message.Contains("no number"));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        Assert.Multiple(() =>
        {
            Refuses(Options with { Prompts = 0 });
            Refuses(Options with { Temperature = 0 });
            Refuses(Options with { Clip = 0 });
            Refuses(Options with { Lambda = 1.1 });
            Refuses(Options with { Gamma = 0 });
            Refuses(Options with { StopAtKl = 0 });
            Refuses(Options with { ValueCoefficient = -1 });
            Refuses(Options with { Prompts = 33 });
            Refuses(Options with { Kl = new FixedKlCoefficient { Initial = double.NaN } });
            Refuses(Options with { Optimizer = new AdamWOptions { Beta1 = 1 } });
            Assert.That(() => new PpoTrainer(new ActorCritic(Tiny()), [], Rewards, Options, End, Pad), Throws.ArgumentException);
            Assert.That(() => new PpoTrainer(new ActorCritic(Tiny()), [Prompt], Rewards, Options, End, End), Throws.ArgumentException);
        });

        static void Refuses(PpoOptions options) => Assert.That(() => Trainer(options), Throws.InstanceOf<ArgumentException>());
    }
}
