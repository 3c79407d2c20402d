using Course.Alignment.Judgement;
using Course.Alignment.Reinforcement;
using Course.Models;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

[TestFixture]
public class RewardModelTests : AlignmentFixture
{
    private static readonly GptConfig Config = Small with { VocabularySize = 8 };

    private static readonly double[] Likes = [0, 1, -1, 0.5, 2, -2, 0.2, -0.5];

    private static int[] Text(Random random) => [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Next(8))];

    private static double Taste(IEnumerable<int> text) => text.Sum(token => Likes[token]);

    private static List<RewardPair> Pairs(int count, int seed, double noise = 0)
    {
        var random = new Random(seed);
        var pairs = new List<RewardPair>();
        while (pairs.Count < count)
        {
            var (a, b) = (Text(random), Text(random));
            if (Taste(a) != Taste(b))
            {
                pairs.Add(Taste(a) > Taste(b) != random.NextDouble() < noise ? new RewardPair(a, b) : new RewardPair(b, a));
            }
        }

        return pairs;
    }

    [Test]
    public void Padding_on_either_side_does_not_change_the_grade()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        model.eval();
        var plain = model.Forward([[3, 1, 4]]);
        foreach (var (left, right) in new[] { (0, 3), (2, 0), (1, 4), (5, 5) })
        {
            long[] tokens = [.. Enumerable.Repeat(7L, left), 3, 1, 4, .. Enumerable.Repeat(7L, right)];
            bool[] real = [.. Enumerable.Repeat(false, left), true, true, true, .. Enumerable.Repeat(false, right)];
            var padded = model.Forward(
                torch.tensor(tokens, [1, tokens.Length], device: torch.CPU), torch.tensor(real, [1, real.Length], device: torch.CPU));
            TensorAssert.Near(padded, plain);
        }

        // Together with a longer one too; and it is read at the last token, which has seen all others.
        TensorAssert.Near(model.Forward([[3, 1, 4], [0, 1, 2, 3, 4, 5]]).narrow(0, 0, 1), plain);
        Assert.That(model.Forward([[3, 1, 5]]).ToDouble(), Is.Not.EqualTo(plain.ToDouble()).Within(1e-4));
        Assert.That(model.Forward([[2, 1, 4]]).ToDouble(), Is.Not.EqualTo(plain.ToDouble()).Within(1e-5));
    }

    [Test]
    public void The_head_starts_with_the_spread_of_the_original_and_bias_0()
    {
        using var model = new RewardModel(Config with { Width = 1024, Layers = 1 }, 1, torch.CPU);
        Assert.That(model.Head.Bias!.ToDouble(), Is.Zero);
        var deviation = model.Head.Weight.std().ToDouble() * Math.Sqrt(1025);
        Assert.That(deviation, Is.EqualTo(1).Within(5 / Math.Sqrt(2 * 1024)), "five standard errors of a standard deviation");
    }

    [Test]
    public void It_starts_from_the_language_model_and_does_not_change_it()
    {
        using var gpt = new Gpt(Config, 3, torch.CPU);
        var before = Weights(gpt);
        using var model = RewardModel.From(gpt);
        TensorAssert.Same(Weights(model.Trunk), before);
        using (torch.no_grad())
        {
            model.Trunk.Tokens.Weight.zero_();
        }

        TensorAssert.Same(Weights(gpt), before);
        using var both = new Gpt(Config with { Causal = false }, 3, torch.CPU);
        Assert.That(() => RewardModel.From(both), Throws.ArgumentException.With.Message.Contains("future"));
        Assert.That(() => new RewardModel(both.Config), Throws.ArgumentException.With.Message.Contains("future"));
    }

    [Test]
    public void The_pairwise_loss_is_that_of_bradley_and_terry()
    {
        var (c, r) = (torch.tensor([1.0, -0.5], [2], device: torch.CPU), torch.tensor([0.2, 0.5], [2], device: torch.CPU));
        static double L(double d) => Math.Log(1 + Math.Exp(-d));
        Assert.Multiple(() =>
        {
            Assert.That(new PairwiseRewardLoss().Of(c, c).ToDouble(), Is.EqualTo(Math.Log(2)).Within(1e-12), "equal grades: ln 2");
            Assert.That(new PairwiseRewardLoss().Of(c, r).ToDouble(), Is.EqualTo((L(0.8) + L(-1)) / 2).Within(1e-12));
            var margins = torch.tensor([0.3, 0.0], [2], device: torch.CPU);
            Assert.That(new PairwiseRewardLoss().Of(c, r, margins).ToDouble(), Is.EqualTo((L(0.5) + L(-1)) / 2).Within(1e-12));
            var centred = new PairwiseRewardLoss { Centring = 0.01 };
            Assert.That(centred.Of(c, r).ToDouble(), Is.EqualTo(((L(0.8) + L(-1)) / 2) + (0.01 * (1.44 + 0) / 2)).Within(1e-12));
        });
        var far = torch.tensor([-2000.0], [1], device: torch.CPU);
        Assert.That(new PairwiseRewardLoss().Of(far, -far).ToDouble(), Is.EqualTo(4000), "no overflow");
    }

    [Test]
    public void It_learns_a_taste_through_noise_is_calibrated_and_keeps_memory_flat()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        var unseen = Pairs(300, seed: 2);
        var task = new RewardModelTask(
            model, Pairs(1500, seed: 1, noise: 0.1), 32, seed: 3, validation: unseen, loss: new PairwiseRewardLoss { Centring = 0.01 });
        using var trainer = new Trainer(task, new TrainerOptions { Steps = 150, LearningRate = 3e-3 });
        trainer.Run(until: 20);
        var before = SettledTensors();
        trainer.Run(until: 40);
        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
        var history = trainer.Run();
        Assert.That(history.FinalEvaluation!.Accuracy, Is.GreaterThan(0.9));
        var differences = RewardModelTask.Differences(model, unseen);
        Assert.That(differences.Average(d => d > 0 ? 1 : 0), Is.EqualTo(history.FinalEvaluation.Accuracy));
        var curve = CalibrationCurve.Of(differences, 4);
        Assert.That(curve.Points[^1].Accuracy, Is.GreaterThan(curve.Points[0].Accuracy), "surer, and more often right");
        // Judges who err in a tenth of the cases make no one sure of everything.
        Assert.That(curve.ExpectedError, Is.LessThan(0.2));
    }

    [Test]
    public void Normalised_grades_have_mean_0_and_variance_1_and_the_same_order()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        var random = new Random(5);
        var texts = Enumerable.Range(0, 40).Select(_ => (IReadOnlyList<int>)Text(random)).ToList();
        var before = model.Score(texts);
        model.Normalise(texts);
        var after = model.Score(texts);
        Assert.Multiple(() =>
        {
            Assert.That(after.Average(), Is.Zero.Within(1e-5));
            Assert.That(after.Average(s => s * s), Is.EqualTo(1).Within(1e-4));
            Assert.That(Enumerable.Range(0, 40).OrderBy(i => after[i]), Is.EqualTo(Enumerable.Range(0, 40).OrderBy(i => before[i])));
            Assert.That(() => model.Normalise([texts[0], texts[0]]), Throws.ArgumentException.With.Message.Contains("same grade"));
        });
    }

    [Test]
    public void It_is_saved_and_loaded_and_a_file_of_something_else_is_refused()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        model.Save(At("reward.safetensors"));
        using var loaded = RewardModel.Load(At("reward.safetensors"), torch.CPU);
        Assert.That(loaded.Score([[1, 2, 3]]), Is.EqualTo(model.Score([[1, 2, 3]])));
        model.Trunk.Save(At("gpt.safetensors"));
        Assert.That(() => RewardModel.Load(At("gpt.safetensors")), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("'Gpt'"));
    }

    [Test]
    public void As_a_reward_it_reads_prompt_and_completion()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        var scores = new LearnedReward(model).Score([new Completion([1, 2], [3], false), new Completion([1], [2, 3, 4], true)]);
        Assert.That(scores[0], Is.EqualTo(model.Score([[1, 2, 3]])[0]).Within(1e-5));
        Assert.That(scores[1], Is.EqualTo(model.Score([[1, 2, 3, 4]])[0]).Within(1e-5));
    }

    [Test]
    public void A_calibration_curve_counts_what_it_says()
    {
        var sure = Math.Log(9); // σ = 0.9
        var curve = CalibrationCurve.Of([.. Enumerable.Repeat(sure, 8), .. Enumerable.Repeat(-sure, 2), 0, 0], 5);
        Assert.Multiple(() =>
        {
            Assert.That(curve.Points, Has.Count.EqualTo(2));
            Assert.That(curve.Points[0], Is.EqualTo(new CalibrationPoint(0.5, 0.5, 2)));
            Assert.That(curve.Points[1].Confidence, Is.EqualTo(0.9).Within(1e-12));
            Assert.That(curve.Points[1].Accuracy, Is.EqualTo(0.8));
            Assert.That(curve.ExpectedError, Is.EqualTo(0.1 * 10 / 12).Within(1e-12));
            Assert.That(() => CalibrationCurve.Of([]), Throws.ArgumentException);
            Assert.That(() => CalibrationCurve.Of([double.NaN]), Throws.ArgumentException);
        });
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var model = new RewardModel(Config, 1, torch.CPU);
        var tokens = torch.zeros([1, 3], torch.int64, device: torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => model.Forward(tokens, torch.zeros([1, 3], torch.@bool, device: torch.CPU)), Throws.ArgumentException);
            Assert.That(() => model.Forward(tokens, torch.tensor([true, false, true], [1, 3], device: torch.CPU)),
                Throws.ArgumentException.With.Message.Contains("before or after"));
            Assert.That(() => model.Forward([[]]), Throws.ArgumentException);
            Assert.That(() => new RewardModelTask(model, [], 4), Throws.ArgumentException);
            Assert.That(() => new RewardModelTask(model, [new RewardPair(new int[17], [1])], 4), Throws.ArgumentException.With.Message.Contains("17 tokens"));
        });
    }
}
