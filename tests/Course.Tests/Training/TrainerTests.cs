using Course.Data;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>The course of a training: the same every time, whatever happens around it.</summary>
[TestFixture]
public class TrainerTests : TrainerFixture
{
    [Test]
    public void The_same_seeds_give_the_same_course_to_the_last_bit()
    {
        var (first, firstWeights) = Train();
        torch.rand(100, device: torch.CPU).Dispose(); // someone else draws random numbers
        var (second, secondWeights) = Train();
        Assert.That(second.Losses, Is.EqualTo(first.Losses));
        Assert.That(second.ValidationLosses, Is.EqualTo(first.ValidationLosses));
        TensorAssert.Same(secondWeights, firstWeights);
        Assert.That(first.EvaluationSteps, Is.EqualTo(new double[] { 0, 10, 20, 30 }));

        (TrainingHistory, torch.Tensor) Train()
        {
            using var gpt = new Gpt(Config, seed: 1, torch.CPU);
            using var trainer = new Trainer(Task(gpt), Options);
            return (trainer.Run(), trainer.Optimizer.Parameters.Values.clone());
        }
    }

    [Test]
    public void What_happens_between_two_runs_changes_nothing()
    {
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var whole = new Trainer(Task(one), Options with { EvaluateEvery = 0 });
        using var two = new Gpt(Config, seed: 1, torch.CPU);
        using var parts = new Trainer(Task(two), Options with { EvaluateEvery = 0 });
        parts.Run(until: 11);
        torch.rand(100, device: torch.CPU).Dispose();
        two.AttentionWeights(TensorAssert.RandomTokens(1, 11, 1, 8));
        two.eval();
        two.zero_grad();
        parts.Run();
        Assert.That(parts.History.Losses, Is.EqualTo(whole.Run().Losses));
    }

    [Test]
    public void Gradients_from_before_or_of_an_interrupted_update_do_not_count()
    {
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var clean = new Trainer(Task(one), Options with { EvaluateEvery = 0, Accumulation = 2 });
        using var two = new Gpt(Config, seed: 1, torch.CPU);
        var inner = Task(two);
        var interrupted = false;
        var task = new DelegateTask(two, batch =>
        {
            if (batch == 9 && !interrupted)
            {
                interrupted = true;
                throw new InvalidOperationException("a cell was stopped");
            }

            return inner.Loss(batch);
        });
        inner.Loss(0).backward();
        using var disturbed = new Trainer(task, Options with { EvaluateEvery = 0, Accumulation = 2 });
        inner.Loss(1).backward();
        Assert.That(() => disturbed.Run(), Throws.InvalidOperationException);
        Assert.That(disturbed.Step, Is.EqualTo(4));
        Assert.That(disturbed.Run().Losses, Is.EqualTo(clean.Run().Losses));
    }

    [Test]
    public void Training_leaves_the_random_numbers_of_others_alone()
    {
        torch.random.manual_seed(5).Dispose();
        var expected = torch.rand(3, device: torch.CPU);
        torch.random.manual_seed(5).Dispose();
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with { Steps = 3 });
        trainer.Run();
        TensorAssert.Same(torch.rand(3, device: torch.CPU), expected);
    }

    [Test]
    public void Accumulation_takes_the_course_of_the_full_batch()
    {
        // Batches of 8 whose halves are the batches of 4.
        using var one = new Gpt(Config with { Dropout = 0 }, seed: 1, torch.CPU);
        using var two = new Gpt(Config with { Dropout = 0 }, seed: 1, torch.CPU);
        var halves = new RandomWindows(Text, 4, 8, seed: 9);
        using var full = new Trainer(
            new DelegateTask(one, batch =>
            {
                var (a, b) = (halves.Batch(2 * batch, torch.CPU), halves.Batch((2 * batch) + 1, torch.CPU));
                return one.Loss(torch.cat([a.Inputs, b.Inputs]), torch.cat([a.Targets, b.Targets]));
            }),
            Options);
        using var accumulated = new Trainer(
            new LanguageModelTask(two, halves), Options with { Accumulation = 2 });
        var expected = full.Run();
        var actual = accumulated.Run();
        for (var i = 0; i < 30; i++)
        {
            Assert.That(actual.Losses[i], Is.EqualTo(expected.Losses[i]).Within(1e-5), $"loss {i}");
            Assert.That(actual.GradientNorms[i], Is.EqualTo(expected.GradientNorms[i]).Within(1e-4 * expected.GradientNorms[i]), $"norm {i}");
        }
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_loss_that_is_no_number_stops_the_training_before_it_does_harm(double poison)
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        var inner = Task(gpt);
        var task = new DelegateTask(gpt, batch => batch == 7 ? inner.Loss(batch) * poison : inner.Loss(batch));
        using var trainer = new Trainer(task, Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 5 });
        var thrown = Assert.Throws<TrainingDivergedException>(() => trainer.Run())!;
        Assert.Multiple(() =>
        {
            Assert.That(thrown.Step, Is.EqualTo(8));
            Assert.That(thrown.LearningRate, Is.EqualTo(Options.EffectiveSchedule.At(7)));
            Assert.That(thrown.Checkpoint, Does.EndWith("step-00000005.safetensors"));
            Assert.That(thrown.Message, Does.Contain("update 8").And.Contain(thrown.Checkpoint));
            Assert.That(trainer.Step, Is.EqualTo(7));
            Assert.That(trainer.Optimizer.Parameters.Values.isfinite().all().item<bool>(), Is.True);
            Assert.That(trainer.Optimizer.GradientNorm(), Is.Zero);
        });
    }

    [Test]
    public void A_gradient_that_is_no_number_stops_the_training_too()
    {
        using var mlp = new Mlp([2, 1], device: torch.CPU);
        // √|x| has a finite value and an infinite slope at zero.
        var task = new DelegateTask(mlp, _ => (mlp.Layers[0].Bias! * 0).abs().sqrt().sum());
        using var trainer = new Trainer(task, Options);
        var thrown = Assert.Throws<TrainingDivergedException>(() => trainer.Run())!;
        Assert.That(thrown.Loss, Is.Zero);
        Assert.That(thrown.Message, Does.Contain("no checkpoint"));
        Assert.That(mlp.Layers[0].Weight.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void No_tensor_is_left_behind_in_200_steps()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with
        {
            Steps = 200,
            EvaluateEvery = 50,
            CheckpointFolder = Checkpoints,
            CheckpointEvery = 50,
            Accumulation = 2,
        });
        trainer.Run(until: 20);
        var before = torch.Tensor.TotalCount;
        var inScope = InScope;
        var counts = new List<long>();
        trainer.Run(p => counts.Add(torch.Tensor.TotalCount));
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
        Assert.That(InScope, Is.EqualTo(inScope));
        Assert.That(counts.Distinct().Count(), Is.EqualTo(1), "the same number after every single update");
    }

    [Test]
    public void Progress_is_reported_for_updates_and_evaluations()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options);
        using var lines = new StringWriter();
        trainer.Run(ProgressReport.Every(15, lines));
        var text = lines.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(text, Has.Length.EqualTo(2 + 4));
        Assert.That(text[0], Does.StartWith("step  0 of 30  validation: loss 2."));
        Assert.That(text[2], Does.Match(@"^step 15 of 30  loss \d\.\d{4}  learning rate \d\.\d\de-\d  gradient \d+\.\d\d  [\d,]+ tokens/s$"));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        foreach (var bad in new[]
        {
            Options with { Steps = -1 }, Options with { Accumulation = 0 }, Options with { ClipNorm = 0 }, Options with { LearningRate = 0 },
            Options with { EvaluateEvery = -1 }, Options with { CheckpointEvery = -1 }, Options with { CheckpointsKept = 0 },
            Options with { LearningRate = double.NaN }, Options with { Optimizer = new() { Beta1 = 2 } },
        })
        {
            Assert.That(() => new Trainer(Task(gpt), bad), Throws.InstanceOf<ArgumentOutOfRangeException>(), bad.ToString);
        }
    }
}
