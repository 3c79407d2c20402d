using Course.Alignment.Reinforcement;
using Course.Models;
using Course.Runtime;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Alignment.TinyWorld;

namespace Course.Tests.Alignment;

[TestFixture]
public class GrpoTests : AlignmentFixture
{
    private const double Beta = 0.4;

    private static readonly GrpoOptions Options = new()
    {
        Iterations = 4,
        MaxTokens = 3,
        Prompts = 4,
        GroupSize = 8,
        Epochs = 2,
        MiniBatches = 2,
        LearningRate = 3e-3,
        Beta = Beta,
        Seed = 7,
    };

    private static GrpoTrainer Trainer(GrpoOptions options, long seed = 1, IRewardFunction? reward = null, Gpt? reference = null) =>
        new(Tiny(seed), [Prompt], reward ?? Rewards, options, End, Pad, reference);

    // With KL in the loss the aim is another: there the gradient of k3 is that of KL(π_ref ‖ π).
    [TestCase(GrpoKl.InReward, 0.2)]
    [TestCase(GrpoKl.InLoss, 0.5)]
    public void It_moves_the_policy_towards_the_exact_optimum(GrpoKl kl, double share)
    {
        using var trainer = Trainer((Options with { Iterations = 60, Prompts = 8, GroupSize = 16, Kl = kl }).AsDrGrpo());
        var before = DistanceToOptimum(trainer.Policy, trainer.Reference, Beta);
        trainer.Run();
        var after = DistanceToOptimum(trainer.Policy, trainer.Reference, Beta);
        Assert.That(after, Is.LessThan(share * before), $"{before} → {after}");
    }

    [Test]
    public void It_learns_an_answer_that_can_be_checked()
    {
        // Say the letter of the prompt and stop.
        var tokenizer = new CharTokenizer("abc", new SpecialTokens(SpecialTokens.EndOfText, SpecialTokens.Pad));
        using var gpt = new Gpt(Config with { VocabularySize = tokenizer.VocabularySize }, 3, torch.CPU);
        var reward = new VerifiableReward(tokenizer, (prompt, answer) => prompt == answer ? 1 : 0, unfinished: -0.5);
        int[][] prompts = [[0], [1], [2]];
        using var trainer = new GrpoTrainer(
            gpt, prompts, reward, Options with { Iterations = 40, Prompts = 6, Beta = 0, LearningRate = 1e-2 },
            tokenizer.IdOf(SpecialTokens.EndOfText), tokenizer.IdOf(SpecialTokens.Pad));
        var history = trainer.Run();
        Assert.That(history[0][Metric.Score], Is.LessThan(0.4));
        Assert.That(history.TakeLast(3).Average(i => i[Metric.Score]), Is.GreaterThan(0.9));
    }

    [Test]
    public void Equal_rewards_teach_nothing()
    {
        using var trainer = Trainer(Options with { Beta = 0 }, reward: new DelegateReward(_ => 0.3));
        var before = Weights(trainer.Policy);
        var history = trainer.Run();
        Assert.That(history.Select(i => i[Metric.GradientNorm]), Is.All.Zero);
        Assert.That(history.Select(i => i[Metric.ZeroDeviationGroups]), Is.All.EqualTo(1));
        TensorAssert.Same(Weights(trainer.Policy), before);
    }

    [Test]
    public void The_completions_of_a_prompt_stand_side_by_side()
    {
        var seen = new List<int>();
        var reward = new DelegateReward(completion =>
        {
            seen.Add(completion.Prompt[0]);
            return 0;
        });
        using var trainer = new GrpoTrainer(Tiny(), [[0], [1], [2]], reward, Options with { Prompts = 3, Iterations = 1, MiniBatches = 1 }, End, Pad);
        trainer.Run();
        Assert.That(seen.Chunk(8).Select(group => group.Distinct().Count()), Is.EqualTo(new[] { 1, 1, 1 }));
        Assert.That(seen.Distinct(), Is.EquivalentTo(new[] { 0, 1, 2 }));
    }

    [TestCase(GrpoNormalisation.PerSequence)]
    [TestCase(GrpoNormalisation.PerToken)]
    [TestCase(GrpoNormalisation.Constant)]
    public void Gradient_accumulation_equals_the_full_batch(GrpoNormalisation normalisation)
    {
        using var whole = Trainer(Options with { Normalisation = normalisation });
        using var parts = Trainer(Options with { Normalisation = normalisation, Accumulation = 4 });
        var (expected, actual) = (whole.Run(until: 2), parts.Run(until: 2));
        for (var i = 0; i < 2; i++)
        {
            foreach (var name in new[] { Metric.PolicyLoss, Metric.GradientNorm, Metric.Score, Metric.Ratio })
            {
                Assert.That(actual[i][name], Is.EqualTo(expected[i][name]).Within(2e-5), $"{name} in iteration {i + 1}");
            }
        }
    }

    [Test]
    public void Two_runs_with_one_seed_are_equal_a_resumed_one_too_and_memory_stays_flat()
    {
        var options = Options with { CheckpointFolder = At("grpo"), CheckpointEvery = 2 };
        using var first = Trainer(options with { CheckpointFolder = null });
        var expected = first.Run();
        using (var broken = Trainer(options))
        {
            broken.Run(until: 2);
        }

        using var reference = Tiny(1);
        using var resumed = Trainer(options, seed: 50, reference: reference);
        Assert.That(resumed.Resume().Step, Is.EqualTo(2));
        resumed.Run(until: 3);
        var before = SettledTensors();
        Assert.That(resumed.Run().SelectMany(i => i.Values.Values), Is.EqualTo(expected.SelectMany(i => i.Values.Values)));
        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
        TensorAssert.Same(Weights(resumed.Policy), Weights(first.Policy));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        Assert.That(() => Trainer(Options with { GroupSize = 1 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Trainer(Options with { Beta = -1 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Trainer(Options with { Normalisation = (GrpoNormalisation)7 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Trainer(Options with { MiniBatches = 3 }), Throws.ArgumentException.With.Message.Contains("32 completions"));
    }
}
