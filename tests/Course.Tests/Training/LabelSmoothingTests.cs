using Course.Data;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class LabelSmoothingTests : TrainerFixture
{
    [Test]
    public void The_loss_is_the_cross_entropy_with_the_smoothed_answers([Values(0, 0.1, 0.7)] double smoothing)
    {
        const int Rows = 6, Classes = 5;
        torch.random.manual_seed(3).Dispose();
        var logits = torch.randn([Rows, Classes], torch.float32, device: torch.CPU) * 3;
        long[] answers = [4, -100, 0, 2, -100, 2];
        var actual = CrossEntropy.Mean(logits, torch.tensor(answers, device: torch.CPU), smoothing).ToDouble();

        // −Σₖ q(k) log p(k) with q = 1 − ε + ε/K for the right answer and ε/K for the others, in double precision.
        var numbers = logits.data<float>().ToArray().Select(x => (double)x).Chunk(Classes).ToList();
        var losses = Enumerable.Range(0, Rows).Where(row => answers[row] >= 0).Select(row =>
        {
            var logSum = Math.Log(numbers[row].Sum(Math.Exp));
            return -numbers[row].Select((x, k) =>
                (x - logSum) * ((smoothing / Classes) + (k == answers[row] ? 1 - smoothing : 0))).Sum();
        });
        Assert.That(actual, Is.EqualTo(losses.Average()).Within(1e-6));
    }

    [Test]
    public void Training_is_smoothed_and_evaluation_is_not()
    {
        using var gpt = new Gpt(Config with { Dropout = 0 }, seed: 1, torch.CPU);
        var windows = new RandomWindows(Text, 4, 8, seed: 9);
        var task = new LanguageModelTask(gpt, windows, new SequentialEpochs(Text, 4, 8), new NextTokenObjective(labelSmoothing: 0.2));
        var plain = new LanguageModelTask(gpt, windows, new SequentialEpochs(Text, 4, 8));
        var batch = windows.Batch(3, torch.CPU);
        var expected = CrossEntropy.Mean(gpt.Logits(batch.Inputs).reshape(-1, 11), batch.Targets.reshape(-1), 0.2).ToDouble();
        Assert.That(task.Loss(3).ToDouble(), Is.EqualTo(expected).Within(1e-6));
        Assert.That(task.Loss(3).ToDouble(), Is.Not.EqualTo(plain.Loss(3).ToDouble()).Within(1e-4));
        Assert.That(task.Evaluate(), Is.EqualTo(plain.Evaluate()));
    }

    [Test]
    public void A_classifier_is_smoothed_while_training_only()
    {
        using var mlp = new Mlp([2, 3], device: torch.CPU);
        var rows = torch.arange(8, torch.float32, device: torch.CPU).view(4, 2);
        var classes = torch.tensor(new long[] { 0, 2, 1, 1 }, device: torch.CPU);
        var task = new ClassificationTask(mlp, rows, classes, rows, classes, batchSize: 4, labelSmoothing: 0.3);
        Assert.That(task.Loss(0).ToDouble(), Is.EqualTo(CrossEntropy.Mean(mlp.forward(rows), classes, 0.3).ToDouble()).Within(1e-6));
        Assert.That(task.Evaluate()!.Loss, Is.EqualTo(CrossEntropy.Mean(mlp.forward(rows), classes).ToDouble()).Within(1e-6));
    }

    [TestCase(-0.1)]
    [TestCase(1)]
    [TestCase(double.NaN)]
    public void Nonsense_is_refused(double smoothing)
    {
        using var mlp = new Mlp([2, 3], device: torch.CPU);
        var rows = torch.zeros([4, 2], device: torch.CPU);
        var classes = torch.zeros(4, torch.int64, device: torch.CPU);
        Assert.That(() => new NextTokenObjective(smoothing), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CrossEntropy.Mean(rows, classes, smoothing), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new ClassificationTask(mlp, rows, classes, labelSmoothing: smoothing), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
