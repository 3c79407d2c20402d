using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class EarlyStoppingTests : TrainerFixture
{
    // Evaluations at 0, 2, 4, … 12: the best is that at 6, and three later ones in a row are no better.
    private static readonly double[] Course = [9, 8, 8.5, 3, 4, 3, 5, 1, 1, 1, 1];

    [Test]
    public void Training_stops_when_patience_ends_and_the_best_weights_are_kept()
    {
        using var mlp = new Mlp([2, 1], device: torch.CPU);
        torch.Tensor? atSix = null;
        using var trainer = Scripted(mlp, Course, new EarlyStopping(Patience: 3), Options);
        trainer.Run(progress =>
        {
            if (progress is { Step: 6, Evaluation: not null })
            {
                atSix = trainer.Optimizer.Parameters.Values.clone();
            }
        });
        Assert.Multiple(() =>
        {
            Assert.That(trainer.Step, Is.EqualTo(12));
            Assert.That(trainer.HasStoppedEarly, Is.True);
            Assert.That(trainer.Best, Is.EqualTo(new EvaluationPoint(6, new Evaluation(3))));
        });
        TensorAssert.Same(trainer.Optimizer.Parameters.Values, atSix!);
        Assert.That(trainer.Run().Steps, Has.Count.EqualTo(12), "a stopped training stays stopped");
    }

    [TestCase(0.0, 6, 12)]
    [TestCase(5.5, 6, 12)]
    [TestCase(6.5, 0, 6)]
    public void A_gain_must_be_large_enough(double minimumGain, long best, long end)
    {
        using var mlp = new Mlp([2, 1], device: torch.CPU);
        using var trainer = Scripted(mlp, Course, new EarlyStopping(3, minimumGain), Options);
        trainer.Run();
        Assert.That((trainer.Best!.Step, trainer.Step), Is.EqualTo((best, end)));
    }

    [Test]
    public void A_loss_that_is_not_a_number_is_no_gain()
    {
        using var mlp = new Mlp([2, 1], device: torch.CPU);
        using var trainer = Scripted(mlp, [double.NaN, 5, double.NaN, double.NaN, 4], new EarlyStopping(2), Options);
        trainer.Run();
        Assert.That((trainer.Best!.Step, trainer.Step), Is.EqualTo((2L, 6L)));
    }

    [Test]
    public void A_training_that_never_stops_early_ends_with_its_best_weights_too()
    {
        using var mlp = new Mlp([2, 1], device: torch.CPU);
        using var trainer = Scripted(mlp, Course, new EarlyStopping(3), Options with { Steps = 10 });
        torch.Tensor? last = null;
        trainer.Run(progress => { if (progress.Step == 10) { last = trainer.Optimizer.Parameters.Values.clone(); } });
        Assert.That(trainer.HasStoppedEarly, Is.False);
        Assert.That(trainer.Optimizer.Parameters.Values.eq(last!).all().item<bool>(), Is.False);
    }

    [TestCase(5)]
    [TestCase(8)]
    [TestCase(12)]
    public void A_resumed_training_stops_where_an_unbroken_one_does(int pause)
    {
        var options = Options with { CheckpointFolder = Checkpoints };
        var rule = new EarlyStopping(3);
        using var one = new Mlp([2, 1], device: torch.CPU);
        using var unbroken = Scripted(one, Course, rule, Options);
        unbroken.Run();
        using (var two = new Mlp([2, 1], device: torch.CPU))
        using (var before = Scripted(two, Course, rule, options))
        {
            before.Run(until: pause); // at an odd number an evaluation of its own, which patience must not count
        }

        using var three = new Mlp([2, 1], seed: 5, device: torch.CPU);
        using var after = Scripted(three, Course, rule, options);
        Assert.That(after.Resume().Notes, Is.Empty);
        after.Run();
        Assert.That((after.Step, after.Best!.Step), Is.EqualTo((unbroken.Step, unbroken.Best!.Step)));
        TensorAssert.Same(after.Optimizer.Parameters.Values, unbroken.Optimizer.Parameters.Values);
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        foreach (var bad in new[]
        {
            Options with { EarlyStopping = new(0) }, Options with { EarlyStopping = new(1, -1) },
            Options with { EarlyStopping = new(1, double.NaN) }, Options with { EarlyStopping = new(), EvaluateEvery = 0 },
        })
        {
            Assert.That(() => new Trainer(Task(gpt), bad), Throws.InstanceOf<ArgumentOutOfRangeException>(), bad.ToString);
        }
    }

    // Trains in earnest, but is told how good it is.
    private static Trainer Scripted(Mlp mlp, double[] course, EarlyStopping rule, TrainerOptions options)
    {
        Trainer? trainer = null;
        var task = new DelegateTask(
            mlp,
            batch => (mlp.forward(torch.ones([1, 2], device: torch.CPU)) - batch).square().mean(),
            () => new Evaluation(course[Math.Min(trainer!.Step / 2, course.Length - 1)]));
        trainer = new Trainer(task, options with { EvaluateEvery = 2, EarlyStopping = rule });
        return trainer;
    }
}
