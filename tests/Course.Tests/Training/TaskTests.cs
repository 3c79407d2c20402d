using Course.Data;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class TaskTests
{
    private static readonly GptConfig Config = new() { VocabularySize = 7, BlockSize = 5, Layers = 1, Heads = 1, Width = 6, Dropout = 0.5 };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void An_evaluation_counts_each_token_once_though_the_last_batch_is_smaller()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        var tokens = TokenArray.From(Enumerable.Range(0, 36).Select(i => i * i % 7)); // 7 windows of 5: batches of 3, 3 and 1
        var result = LanguageModelTask.Evaluate(gpt, new SequentialEpochs(tokens, 3, 5));
        gpt.eval();
        var batch = new SequentialEpochs(tokens, 7, 5).Batch(0, torch.CPU);
        Assert.That(result.Loss, Is.EqualTo(gpt.Loss(batch.Inputs, batch.Targets).item<float>()).Within(1e-6));
    }

    [Test]
    public void An_evaluation_leaves_mode_and_gradients_alone_and_uses_no_dropout()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        var tokens = TokenArray.From(Enumerable.Range(0, 100).Select(i => i % 7));
        var task = new LanguageModelTask(gpt, tokens, tokens, batchSize: 2, seed: 1);
        var first = task.Evaluate();
        Assert.Multiple(() =>
        {
            Assert.That(task.Evaluate(), Is.EqualTo(first));
            Assert.That(gpt.training, Is.True);
            Assert.That(torch.is_grad_enabled(), Is.True);
            Assert.That(gpt.parameters().All(p => p.grad is null), Is.True);
        });
    }

    [Test]
    public void A_masked_evaluation_asks_the_same_each_time()
    {
        using var gpt = new Gpt(Config with { Causal = false }, seed: 1, torch.CPU);
        var tokens = TokenArray.From(Enumerable.Range(0, 100).Select(i => i % 6));
        var task = new LanguageModelTask(gpt, tokens, tokens, batchSize: 2, seed: 1, new MaskedObjective(6, 7, seed: 3));
        Assert.That(task.Evaluate(), Is.EqualTo(task.Evaluate()));
    }

    [Test]
    public void An_evaluation_can_be_cancelled()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        var tokens = TokenArray.From(Enumerable.Range(0, 100).Select(i => i % 7));
        var task = new LanguageModelTask(gpt, tokens, tokens, batchSize: 2, seed: 1);
        Assert.That(() => task.Evaluate(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(gpt.training, Is.True);
    }

    [Test]
    public void A_language_task_that_cannot_work_is_refused_in_words()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        var tokens = TokenArray.From(Enumerable.Range(0, 100).Select(i => i % 7));
        Assert.Multiple(() =>
        {
            Assert.That(() => new LanguageModelTask(gpt, new RandomWindows(tokens, 2, 6, 1)),
                Throws.ArgumentException.With.Message.Contains("at most 5"));
            Assert.That(() => new LanguageModelTask(gpt, new RandomWindows(tokens, 2, 5, 1), new RandomWindows(tokens, 2, 5, 2)),
                Throws.ArgumentException.With.Message.Contains("no end"));
            Assert.That(() => LanguageModelTask.Evaluate(gpt, new RandomWindows(tokens, 2, 5, 2)), Throws.ArgumentException);
            Assert.That(
                () => new LanguageModelTask(gpt, new RandomWindows(tokens, 2, 5, 1), new RandomWindows(tokens, 2, 5, 2), validationBatches: 3),
                Throws.Nothing);
        });
    }

    [Test]
    public void Every_epoch_holds_each_row_once_in_a_new_order()
    {
        using var mlp = new Mlp([2, 3], device: torch.CPU);
        var task = new ClassificationTask(mlp, torch.zeros([10, 2], device: torch.CPU), torch.zeros(10, torch.int64, device: torch.CPU), batchSize: 4, seed: 1);
        Assert.That(task.BatchesPerEpoch, Is.EqualTo(3));
        var epochs = Enumerable.Range(0, 4).Select(e => Enumerable.Range(0, 3).SelectMany(b => task.RowsOf((3 * e) + b)).ToList()).ToList();
        foreach (var epoch in epochs)
        {
            Assert.That(epoch, Is.EquivalentTo(Enumerable.Range(0, 10).Select(i => (long)i)));
        }

        Assert.That(epochs.Select(epoch => string.Join(",", epoch)).Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public void Accuracy_is_the_share_of_right_answers_over_all_parts()
    {
        using var mlp = new Mlp([3, 3], device: torch.CPU);
        using (torch.no_grad())
        {
            mlp.Layers[0].Weight.copy_(torch.eye(3, device: torch.CPU) * 10);
        }

        // 3,000 rows, more than are evaluated at once; every third label is wrong.
        var classes = torch.arange(3000, torch.int64, device: torch.CPU) / 3;
        classes = classes.floor().to(torch.int64) % 3;
        var features = torch.nn.functional.one_hot(classes, 3).to(torch.float32);
        var wrong = torch.arange(3000, torch.int64, device: torch.CPU) % 3 == 0;
        var labels = torch.where(wrong, (classes + 1) % 3, classes);
        var result = ClassificationTask.Evaluate(mlp, features, labels);
        Assert.That(result.Accuracy, Is.EqualTo(2.0 / 3));
        Assert.That(result.Loss, Is.EqualTo(mlp.Loss(features, labels).item<float>()).Within(1e-5));
        Assert.That(result.ToString(), Does.Contain("66.7 % right").Or.Contain("66.7% right"));
    }

    [Test]
    public void Rows_and_classes_that_do_not_fit_are_refused()
    {
        using var mlp = new Mlp([2, 3], device: torch.CPU);
        var rows = torch.zeros([10, 2], device: torch.CPU);
        var classes = torch.zeros(10, torch.int64, device: torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => new ClassificationTask(mlp, rows, classes.narrow(0, 0, 9)), Throws.ArgumentException);
            Assert.That(() => new ClassificationTask(mlp, rows, classes.to(torch.float32)), Throws.ArgumentException);
            Assert.That(() => new ClassificationTask(mlp, rows, classes, rows), Throws.ArgumentException);
            Assert.That(() => new ClassificationTask(mlp, rows, classes, batchSize: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
