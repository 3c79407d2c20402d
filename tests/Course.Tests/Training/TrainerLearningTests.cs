using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>Trainings that must find out something that is known.</summary>
[TestFixture]
public class TrainerLearningTests : TrainerFixture
{
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
}
