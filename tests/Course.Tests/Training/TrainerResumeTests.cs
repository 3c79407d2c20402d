using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>Trainings that are interrupted, by intent or by accident, and go on.</summary>
[TestFixture]
public class TrainerResumeTests : TrainerFixture
{
    [Test]
    public void A_resumed_run_continues_exactly_where_an_unbroken_one_would_be()
    {
        using var unbroken = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(unbroken), Options);
        var expected = trainer.Run();

        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 6 };
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var before = new Trainer(Task(gpt), options))
        {
            before.Run(until: 17);
        }

        torch.random.manual_seed(77).Dispose();
        using var again = new Gpt(Config, seed: 123, torch.CPU); // other weights, to be overwritten
        using var after = new Trainer(Task(again), options);
        var report = after.Resume();
        Assert.Multiple(() =>
        {
            Assert.That(report.Step, Is.EqualTo(17));
            Assert.That(report.Notes, Is.Empty);
            Assert.That(report.File, Does.EndWith("step-00000017.safetensors"));
        });
        var actual = after.Run();
        Assert.That(actual.Losses, Is.EqualTo(expected.Losses), "bit by bit, dropout included");
        Assert.That(actual.GradientNorms, Is.EqualTo(expected.GradientNorms));
        // The stop at 17 has an evaluation of its own.
        Assert.That(actual.Evaluations.Where(e => e.Step != 17).Select(e => e.Result.Loss), Is.EqualTo(expected.ValidationLosses));
        TensorAssert.Same(after.Optimizer.Parameters.Values, trainer.Optimizer.Parameters.Values);
    }

    [Test]
    public void A_truncated_newest_checkpoint_is_put_aside_and_the_one_before_is_used()
    {
        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 5, EvaluateEvery = 0 };
        TrainingHistory expected;
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            expected = trainer.Run();
        }

        var files = Directory.GetFiles(Checkpoints).Order().ToList();
        Assert.That(files.Select(Path.GetFileName), Is.EqualTo(
            new[] { "step-00000020.safetensors", "step-00000025.safetensors", "step-00000030.safetensors" }), "the three newest are kept");
        using (var newest = new FileStream(files[2], FileMode.Open))
        {
            newest.SetLength(newest.Length - 1);
        }

        File.WriteAllText(files[1], "not a checkpoint at all");
        using var again = new Gpt(Config, seed: 50, torch.CPU);
        using var resumed = new Trainer(Task(again), options);
        var report = resumed.Resume();
        Assert.Multiple(() =>
        {
            Assert.That(report.Step, Is.EqualTo(20));
            Assert.That(report.Notes, Has.Count.EqualTo(2));
            Assert.That(report.Notes[0], Does.Contain("step-00000030").And.Contain("truncated"));
            Assert.That(report.ToString(), Does.Contain("Resumed after update 20"));
        });
        Assert.That(resumed.Run().Losses, Is.EqualTo(expected.Losses));
        Assert.That(Directory.GetFiles(Checkpoints, "*.damaged"), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_full_disk_costs_the_newest_checkpoint_only_and_the_run_goes_on_when_there_is_room()
    {
        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 5, EvaluateEvery = 0 };
        TrainingHistory expected;
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            expected = trainer.Run();
        }

        var size = Directory.GetFiles(Checkpoints).Max(file => new FileInfo(file).Length);
        using var disk = SmallDisk.Mount(Checkpoints + "-on-a-small-disk", size * 5 / 2);
        options = options with { CheckpointFolder = disk.Folder };
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            Assert.That(() => trainer.Run(), Throws.InstanceOf<IOException>()
                .With.Message.Contains("step-00000015.safetensors' could not be written"));
        }

        Assert.That(
            Directory.GetFiles(disk.Folder).Select(Path.GetFileName).Order(),
            Is.EqualTo(new[] { "step-00000005.safetensors", "step-00000010.safetensors" }),
            "nothing half written, nothing lost");
        disk.Grow(size * 5);
        using var again = new Gpt(Config, seed: 50, torch.CPU);
        using var resumed = new Trainer(Task(again), options);
        Assert.That(resumed.Resume().Step, Is.EqualTo(10));
        Assert.That(resumed.Run().Losses, Is.EqualTo(expected.Losses));
    }

    [Test]
    public void A_checkpoint_of_another_model_leaves_model_and_optimizer_untouched()
    {
        var options = Options with { CheckpointFolder = Checkpoints, Steps = 2 };
        using (var gpt = new Gpt(Config with { Width = 16 }, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            trainer.Run();
        }

        using var other = new Gpt(Config, seed: 1, torch.CPU);
        using var resumed = new Trainer(Task(other), options);
        var before = resumed.Optimizer.Parameters.Values.clone();
        var report = resumed.Resume();
        Assert.That(report.File, Is.Null);
        Assert.That(report.Notes.Single(), Does.Contain("another model"));
        Assert.That(report.ToString(), Does.Contain("starting from the beginning"));
        TensorAssert.Same(resumed.Optimizer.Parameters.Values, before);
        Assert.That(resumed.Optimizer.FirstMoment.count_nonzero().item<long>(), Is.Zero);
    }

    [Test]
    public void Resuming_without_checkpoints_starts_from_the_beginning_and_other_options_are_noted()
    {
        var options = Options with { CheckpointFolder = Checkpoints, Steps = 2 };
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), options);
        Assert.That(trainer.Resume(), Is.EqualTo(new ResumeReport(0, null, [])).Using<ResumeReport>((a, b) => a.Step == b.Step && a.File == b.File));
        trainer.Run();
        Assert.That(() => trainer.Resume(), Throws.InvalidOperationException);
        using var next = new Trainer(Task(gpt), options with { LearningRate = 0.5 });
        Assert.That(next.Resume().Notes.Single(), Does.Contain("options differ"));
        using var none = new Trainer(Task(gpt), Options);
        Assert.That(() => none.Resume(), Throws.InvalidOperationException.With.Message.Contains("CheckpointFolder"));
    }

    [Test]
    public void Cancellation_leaves_a_checkpoint_from_which_training_goes_on([Values] bool byInterrupt)
    {
        var options = Options with { CheckpointFolder = Checkpoints, EvaluateEvery = 0 };
        using var unbroken = new Gpt(Config, seed: 1, torch.CPU);
        using var reference = new Trainer(Task(unbroken), options with { CheckpointFolder = null });
        var expected = reference.Run();

        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), options);
        using var source = new CancellationTokenSource();
        Action stop = byInterrupt ? Thread.CurrentThread.Interrupt : source.Cancel;
        Assert.That(
            () => trainer.Run(progress: p => { if (p.Step == 13) { stop(); } }, cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(trainer.Step, Is.EqualTo(13));

        using var again = new Gpt(Config, seed: 2, torch.CPU);
        using var resumed = new Trainer(Task(again), options);
        Assert.That(resumed.Resume().Step, Is.EqualTo(13));
        Assert.That(resumed.History.Steps, Is.EqualTo(trainer.History.Steps), "the course so far, to the last bit");
        Assert.That(resumed.Run().Losses, Is.EqualTo(expected.Losses));
    }

    [Test]
    public void A_checkpoint_that_cannot_be_written_is_an_error_that_leaves_the_old_ones()
    {
        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 3, Steps = 6 };
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), options);
        trainer.Run(until: 3);
        // A folder of that name is in the way: as good as a full disk, and works for every user.
        Directory.CreateDirectory(Path.Combine(Checkpoints, "step-00000006.safetensors", "x"));
        Assert.That(() => trainer.Run(), Throws.InstanceOf<IOException>().With.Message.Contains("could not be written"));
        Assert.That(Directory.GetFiles(Checkpoints).Select(Path.GetFileName), Is.EqualTo(new[] { "step-00000003.safetensors" }));
    }

    [Test]
    public void A_missing_newest_checkpoint_and_a_half_written_one_cost_only_the_way_since_the_one_before()
    {
        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 5, EvaluateEvery = 0 };
        TrainingHistory expected;
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            expected = trainer.Run();
        }

        // As after a crash while the last one was being written: the name is not there yet, half a file under another is.
        var newest = Path.Combine(Checkpoints, "step-00000030.safetensors");
        File.WriteAllBytes(newest + ".part", File.ReadAllBytes(newest)[..1000]);
        File.Delete(newest);
        using var again = new Gpt(Config, seed: 50, torch.CPU);
        using var resumed = new Trainer(Task(again), options);
        var report = resumed.Resume();
        Assert.That((report.Step, report.Notes.Count), Is.EqualTo((25L, 0)));
        Assert.That(resumed.Run().Losses, Is.EqualTo(expected.Losses));
        Assert.That(File.Exists(newest) && !File.Exists(newest + ".part"), "written anew");
    }

    [Test]
    public void A_training_that_met_a_loss_that_is_no_number_goes_on_from_its_checkpoint()
    {
        var options = Options with { CheckpointFolder = Checkpoints, CheckpointEvery = 5, EvaluateEvery = 0 };
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var reference = new Trainer(Task(one), options with { CheckpointFolder = null });
        var expected = reference.Run();

        using var two = new Gpt(Config, seed: 1, torch.CPU);
        var inner = Task(two);
        using var poisoned = new Trainer(
            new DelegateTask(two, batch => batch == 12 ? inner.Loss(batch) * double.NaN : inner.Loss(batch)), options);
        Assert.That(() => poisoned.Run(), Throws.InstanceOf<TrainingDivergedException>());

        using var three = new Gpt(Config, seed: 3, torch.CPU);
        using var resumed = new Trainer(Task(three), options);
        Assert.That(resumed.Resume().Step, Is.EqualTo(10));
        Assert.That(resumed.Run().Losses, Is.EqualTo(expected.Losses));
    }
}
