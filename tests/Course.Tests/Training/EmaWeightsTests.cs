using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class EmaWeightsTests : TrainerFixture
{
    [Test]
    public void The_average_is_that_of_the_formula()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with { EmaDecay = 0.6, EvaluateEvery = 0 });
        var expected = trainer.Optimizer.Parameters.Values.to(torch.float64);
        trainer.Run(progress =>
        {
            if (progress.Evaluation is null)
            {
                // 2/11, 3/12, … as long as that is below 0.6, which it is up to update 12.
                var decay = Math.Min(0.6, (1.0 + progress.Step) / (10 + progress.Step));
                expected = (expected * decay) + (trainer.Optimizer.Parameters.Values.to(torch.float64) * (1 - decay));
            }
        });
        TensorAssert.Near(trainer.Average!.Average, expected.to(torch.float32), 1e-5);
        Assert.That(trainer.Average.Average.eq(trainer.Optimizer.Parameters.Values).all().item<bool>(), Is.False);
    }

    [Test]
    public void It_changes_nothing_about_the_training_itself_and_evaluations_are_its_own()
    {
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var plain = new Trainer(Task(one), Options);
        using var two = new Gpt(Config, seed: 1, torch.CPU);
        var task = Task(two);
        using var averaged = new Trainer(task, Options with { EmaDecay = 0.9 });
        Assert.That(averaged.Run().Losses, Is.EqualTo(plain.Run().Losses));
        Assert.That(plain.Average, Is.Null);
        TensorAssert.Same(averaged.Optimizer.Parameters.Values, plain.Optimizer.Parameters.Values);
        Assert.That(task.Evaluate()!.Loss, Is.EqualTo(plain.History.FinalEvaluation!.Loss));
        using (averaged.Average!.InModel())
        {
            Assert.That(task.Evaluate()!.Loss, Is.EqualTo(averaged.History.FinalEvaluation!.Loss));
            Assert.That(task.Evaluate()!.Loss, Is.Not.EqualTo(plain.History.FinalEvaluation!.Loss));
        }

        TensorAssert.Same(averaged.Optimizer.Parameters.Values, plain.Optimizer.Parameters.Values);
    }

    [Test]
    public void A_resumed_average_equals_an_unbroken_one_to_the_last_bit()
    {
        var options = Options with { EmaDecay = 0.95 };
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var unbroken = new Trainer(Task(one), options);
        unbroken.Run();
        options = options with { CheckpointFolder = Checkpoints };
        using (var two = new Gpt(Config, seed: 1, torch.CPU))
        using (var before = new Trainer(Task(two), options))
        {
            before.Run(until: 13);
        }

        using var three = new Gpt(Config, seed: 7, torch.CPU);
        using var after = new Trainer(Task(three), options);
        Assert.That(after.Resume().Notes, Is.Empty);
        after.Run();
        TensorAssert.Same(after.Average!.Average, unbroken.Average!.Average);
        Assert.That(after.History.FinalEvaluation, Is.EqualTo(unbroken.History.FinalEvaluation));
    }

    [Test]
    public void A_checkpoint_without_an_average_is_noted_and_the_average_starts_there()
    {
        var options = Options with { CheckpointFolder = Checkpoints, Steps = 5 };
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var before = new Trainer(Task(gpt), options))
        {
            before.Run();
        }

        using var again = new Gpt(Config, seed: 2, torch.CPU);
        using var after = new Trainer(Task(again), options with { EmaDecay = 0.9 });
        Assert.That(after.Resume().Notes, Has.Some.Contains("no average"));
        TensorAssert.Same(after.Average!.Average, after.Optimizer.Parameters.Values);
    }

    [TestCase(-0.1)]
    [TestCase(1)]
    [TestCase(double.NaN)]
    public void Nonsense_is_refused(double decay)
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        Assert.That(() => new Trainer(Task(gpt), Options with { EmaDecay = decay }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
