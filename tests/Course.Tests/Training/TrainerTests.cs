using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class TrainerTests
{
    private static readonly TokenArray Text = TokenArray.From(Enumerable.Range(0, 600).Select(i => i * i % 11));

    private static readonly GptConfig Config = new()
    {
        VocabularySize = 11,
        BlockSize = 8,
        Layers = 2,
        Heads = 2,
        Width = 12,
        Dropout = 0.2,
        Bias = true,
    };

    private static readonly TrainerOptions Options = new()
    {
        Steps = 30,
        LearningRate = 1e-2,
        EvaluateEvery = 10,
        Seed = 4,
        CheckpointsKept = 3,
    };

    private TemporaryFolder folder = null!;
    private DisposeScope scope = null!;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void Close()
    {
        scope.Dispose();
        folder.Dispose();
    }

    private static LanguageModelTask Task(Gpt gpt, int batchSize = 4) => new(gpt, Text, Text.Slice(0, 100), batchSize, seed: 9);

    private string Checkpoints => folder.At("checkpoints");

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
    public void Cancellation_leaves_a_checkpoint_from_which_training_goes_on()
    {
        var options = Options with { CheckpointFolder = Checkpoints, EvaluateEvery = 0 };
        using var unbroken = new Gpt(Config, seed: 1, torch.CPU);
        using var reference = new Trainer(Task(unbroken), options with { CheckpointFolder = null });
        var expected = reference.Run();

        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), options);
        using var source = new CancellationTokenSource();
        Assert.That(
            () => trainer.Run(progress: p => { if (p.Step == 13) { source.Cancel(); } }, cancellation: source.Token),
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
        var inScope = scope.DisposablesCount;
        var counts = new List<long>();
        trainer.Run(p => counts.Add(torch.Tensor.TotalCount));
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
        Assert.That(scope.DisposablesCount, Is.EqualTo(inScope));
        Assert.That(counts.Distinct().Count(), Is.EqualTo(1), "the same number after every single update");
    }

    [Test]
    public void A_GPT_learns_a_text_it_can_know_by_heart()
    {
        // i² mod 11 repeats every 11 tokens; the two before tell the next but for the beginning of a window.
        using var gpt = new Gpt(Config with { Dropout = 0 }, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt, batchSize: 8), Options with { Steps = 150 });
        var history = trainer.Run();
        Assert.That(history.Losses[0], Is.EqualTo(Math.Log(11)).Within(0.5));
        Assert.That(history.FinalEvaluation!.Loss, Is.LessThan(0.35));
        Assert.That(history.FinalEvaluation.Perplexity, Is.EqualTo(Math.Exp(history.FinalEvaluation.Loss)));
    }

    [Test]
    public void A_bidirectional_model_learns_to_fill_in_masked_tokens()
    {
        var config = Config with { VocabularySize = 12, Causal = false, Dropout = 0 };
        using var gpt = new Gpt(config, seed: 1, torch.CPU);
        var objective = new MaskedObjective(maskToken: 11, vocabularySize: 12, seed: 3);
        using var trainer = new Trainer(
            new LanguageModelTask(gpt, Text, Text.Slice(0, 200), batchSize: 16, seed: 9, objective), Options with { Steps = 300 });
        var history = trainer.Run();
        Assert.That(history.ValidationLosses[0], Is.EqualTo(Math.Log(12)).Within(0.5));
        // Without looking at the neighbours nothing beats the tokens' entropy: 0 once, five others twice in eleven.
        var entropy = ((1 * Math.Log(11)) + (10 * Math.Log(5.5))) / 11; // 1.77
        Assert.That(history.FinalEvaluation!.Loss, Is.LessThan(entropy - 0.25));
    }

    [Test]
    public void A_network_learns_exclusive_or()
    {
        // Four clouds around the corners of a square, the class being x xor y: no straight line separates them.
        var corners = TensorAssert.RandomTokens(1, 2, 400, 2);
        var features = corners.to(torch.float32) + (TensorAssert.Random(2, 400, 2) * 0.1);
        var labels = (corners.sum(1) % 2).to(torch.int64);
        using var mlp = new Mlp([2, 16, 2], Activation.Tanh, seed: 1, torch.CPU);
        var task = new ClassificationTask(
            mlp, features.narrow(0, 0, 300), labels.narrow(0, 0, 300), features.narrow(0, 300, 100), labels.narrow(0, 300, 100), 20, seed: 1);
        using var trainer = new Trainer(task, new TrainerOptions { Steps = 20 * task.BatchesPerEpoch, LearningRate = 0.02 });
        var history = trainer.Run();
        Assert.That(task.BatchesPerEpoch, Is.EqualTo(15));
        Assert.That(history.FinalEvaluation!.Accuracy, Is.EqualTo(1));
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
