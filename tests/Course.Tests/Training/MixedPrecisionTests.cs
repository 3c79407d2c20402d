using Course.Layers;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>Products in bfloat16, weights in float32: nearly the same course.</summary>
[TestFixture]
public class MixedPrecisionTests : TrainerFixture
{
    private static readonly GptConfig[] Shapes =
    [
        Config with { Dropout = 0 },
        Config with { Dropout = 0, Attention = AttentionKernel.WrittenOut, Positions = PositionKind.Alibi },
        GptConfig.Llama(11, layers: 2, heads: 4, width: 16, keyValueHeads: 2, blockSize: 8),
        Config with { Dropout = 0, Experts = 3 },
    ];

    [TestCaseSource(nameof(Shapes))]
    public void The_course_stays_close_to_that_in_single_precision(GptConfig config)
    {
        var single = Train(TrainingPrecision.Single, out _);
        var mixed = Train(TrainingPrecision.BFloat16, out var values);
        Assert.Multiple(() =>
        {
            // A bfloat16 rounds to one part in 256; the loss falls from ln 11 = 2.4 by far more than the two courses differ.
            Assert.That(single.Losses[0] - single.RecentLoss(3), Is.GreaterThan(0.5));
            Assert.That(mixed.Losses.Zip(single.Losses, (m, s) => Math.Abs(m - s)).Max(), Is.LessThan(0.1));
            Assert.That(Math.Abs(mixed.FinalEvaluation!.Loss - single.FinalEvaluation!.Loss), Is.LessThan(0.05));
            Assert.That(mixed.Losses, Is.Not.EqualTo(single.Losses), "the switch does something");
            Assert.That(values.dtype, Is.EqualTo(torch.ScalarType.Float32));
            // Weights that had been rounded would have nothing in their lower 16 bits.
            Assert.That(values.eq(values.to(torch.bfloat16).to(torch.float32)).all().item<bool>(), Is.False);
        });
        Assert.That(MixedPrecision.IsOn, Is.False);

        TrainingHistory Train(TrainingPrecision precision, out torch.Tensor values)
        {
            using var gpt = new Gpt(config, seed: 1, torch.CPU);
            using var trainer = new Trainer(Task(gpt), Options with { Steps = 60, Precision = precision });
            var history = trainer.Run();
            values = trainer.Optimizer.Parameters.Values.clone();
            return history;
        }
    }

    [Test]
    public void A_recurrent_model_trains_too()
    {
        using var model = new RecurrentLanguageModel(new() { VocabularySize = 11, BlockSize = 8, Width = 16 }, seed: 1, torch.CPU);
        using var trainer = new Trainer(
            new LanguageModelTask(model, Text, null, batchSize: 4, seed: 9),
            Options with { Steps = 60, Precision = TrainingPrecision.BFloat16 });
        var history = trainer.Run();
        Assert.That(history.RecentLoss(3), Is.LessThan(history.Losses[0] - 0.5));
    }

    [Test]
    public void Gradients_are_float32_and_close_to_those_in_single_precision()
    {
        using var gpt = new Gpt(Config with { Dropout = 0 }, seed: 1, torch.CPU);
        var single = Gradients(isMixed: false);
        var mixed = Gradients(isMixed: true);
        Assert.That(mixed.dtype, Is.EqualTo(torch.ScalarType.Float32));
        var cosine = (single * mixed).sum().ToDouble() / (single.norm().ToDouble() * mixed.norm().ToDouble());
        Assert.That(cosine, Is.GreaterThan(0.999));

        torch.Tensor Gradients(bool isMixed)
        {
            gpt.zero_grad();
            using var precision = isMixed ? MixedPrecision.BFloat16() : null;
            var loss = Task(gpt).Loss(0);
            Assert.That(loss.dtype, Is.EqualTo(torch.ScalarType.Float32));
            loss.backward();
            return torch.cat([.. gpt.parameters().Select(parameter => parameter.grad!.flatten().clone())]);
        }
    }

    [Test]
    public void A_resumed_mixed_training_is_exact_and_no_tensor_is_left_behind()
    {
        var options = Options with { Precision = TrainingPrecision.BFloat16, EmaDecay = 0.9 };
        using var one = new Gpt(Config, seed: 1, torch.CPU);
        using var unbroken = new Trainer(Task(one), options);
        var counts = new List<long>();
        var expected = unbroken.Run(progress => { if (progress.Evaluation is null) { counts.Add(torch.Tensor.TotalCount); } });
        Assert.That(counts.Skip(1).Distinct().Count(), Is.EqualTo(1));
        options = options with { CheckpointFolder = Checkpoints };
        using (var two = new Gpt(Config, seed: 1, torch.CPU))
        using (var before = new Trainer(Task(two), options))
        {
            before.Run(until: 11);
        }

        using var three = new Gpt(Config, seed: 8, torch.CPU);
        using var after = new Trainer(Task(three), options);
        Assert.That(after.Resume().Notes, Is.Empty);
        Assert.That(after.Run().Losses, Is.EqualTo(expected.Losses));
    }
}
