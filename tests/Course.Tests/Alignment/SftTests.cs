using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;
using Course.Data;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

[TestFixture]
public class SftTests : AlignmentFixture
{
    private static readonly string[] Words = ["ab", "cde", "f", "gh", "ba", "edc", "hg", "c"];

    /// <summary>The assistant says backwards what the user says.</summary>
    private static List<MaskedSequence> Echoes() =>
        [.. ChatDataset.Build(Words.Select(word => Conversation.Of(word, string.Concat(word.Reverse()))), Template, Small.BlockSize).Sequences];

    private static MaskedBatches Batches(int size, long? epochs = null, long? seed = 3) =>
        new(Echoes(), size, Small.BlockSize, Template.PadToken, seed, epochs);

    [Test]
    public void The_loss_counts_the_learned_tokens_only_by_brute_force()
    {
        var gpt = Model();
        var batches = Batches(3);
        var loss = new SftTask(gpt, batches).Loss(0).item<float>();
        var (sum, count) = (0.0, 0);
        foreach (var row in batches.Choose(0).Select(i => Echoes()[i]))
        {
            // One row alone, without padding, token by token.
            for (var t = 1; t < row.Length; t++)
            {
                if (row.IsLearned[t])
                {
                    var before = torch.tensor(row.Tokens.Take(t).Select(token => (long)token).ToArray(), [1, t], device: torch.CPU);
                    sum -= gpt.NextLogits(before).log_softmax(-1)[0, row.Tokens[t]].item<float>();
                    count++;
                }
            }
        }

        Assert.That(loss, Is.EqualTo(sum / count).Within(1e-5));
    }

    [Test]
    public void Every_sequence_comes_once_an_epoch_and_small_batches_hold_the_rows_of_large_ones()
    {
        var two = Batches(2);
        var four = Batches(4);
        Assert.That(Enumerable.Range(0, 4).SelectMany(i => two.Choose(i)), Is.EquivalentTo(Enumerable.Range(0, 8)));
        for (var k = 0; k < 6; k++)
        {
            Assert.That(two.Choose(2 * k).Concat(two.Choose((2 * k) + 1)), Is.EqualTo(four.Choose(k)));
        }

        var last = Batches(3, epochs: 1);
        Assert.That(last.BatchCount, Is.EqualTo(3));
        Assert.That(last.Choose(2), Has.Length.EqualTo(2));
        Assert.That(() => last.Choose(3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(Batches(8, seed: null).Choose(0), Is.EqualTo(Enumerable.Range(0, 8)));
    }

    [Test]
    public void Gradient_accumulation_equals_the_full_batch()
    {
        // Rows with 2 to 4 learned tokens: means of means would differ.
        var options = new TrainerOptions { Steps = 12, LearningRate = 1e-3, Seed = 1 };
        using var whole = Model();
        using var parts = Model();
        using var one = new Trainer(new SftTask(whole, Batches(4)), options);
        using var two = new Trainer(new SftTask(parts, Batches(1), accumulation: 4), options with { Accumulation = 4 });
        var (expected, actual) = (one.Run(), two.Run());
        for (var i = 0; i < 12; i++)
        {
            Assert.That(actual.Losses[i], Is.EqualTo(expected.Losses[i]).Within(1e-5), $"loss {i}");
            Assert.That(actual.GradientNorms[i], Is.EqualTo(expected.GradientNorms[i]).Within(2e-5), $"gradient {i}");
        }
    }

    [Test]
    public void A_model_learns_to_answer()
    {
        using var gpt = Model();
        using var trainer = new Trainer(
            new SftTask(gpt, Batches(8), Batches(8, epochs: 1)),
            new TrainerOptions { Steps = 150, LearningRate = 1e-2, Optimizer = new AdamWOptions { WeightDecay = 0 } });
        var history = trainer.Run();
        Assert.That(history.FinalEvaluation!.Loss, Is.LessThan(0.05));
        Assert.That(history.FinalEvaluation.Accuracy, Is.EqualTo(1));
        // The words of the user were not learned: the model does not know with what a question begins.
        var asked = torch.tensor([(long)Letters.IdOf("<|user|>")], [1, 1], device: torch.CPU);
        Assert.That(gpt.NextLogits(asked).softmax(-1).max().item<float>(), Is.LessThan(0.9));
    }

    [Test]
    public void A_resumed_fine_tuning_equals_an_unbroken_one_and_memory_stays_flat()
    {
        var config = Small with { Dropout = 0.1 };
        var options = new TrainerOptions { Steps = 20, Seed = 3, CheckpointFolder = At("sft") };
        using var unbroken = Model(config: config);
        using var reference = new Trainer(new SftTask(unbroken, Batches(4)), options with { CheckpointFolder = null });
        var expected = reference.Run().Losses;
        using (var first = new Trainer(new SftTask(Model(config: config), Batches(4)), options))
        {
            first.Run(until: 9);
        }

        using var again = new Trainer(new SftTask(Model(7, config), Batches(4)), options);
        Assert.That(again.Resume().Step, Is.EqualTo(9));
        again.Run(until: 10);
        var before = SettledTensors();
        Assert.That(again.Run().Losses, Is.EqualTo(expected));
        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var gpt = Model(config: Small with { BlockSize = 8 });
        Assert.Multiple(() =>
        {
            Assert.That(() => new SftTask(gpt, Batches(2)), Throws.ArgumentException.With.Message.Contains("at most 8"));
            using var enough = Model();
            Assert.That(() => new SftTask(enough, Batches(2), Batches(2)), Throws.ArgumentException.With.Message.Contains("no end"));
            Assert.That(() => SftTask.Evaluate(enough, Batches(2)), Throws.ArgumentException);
            Assert.That(() => new MaskedBatches([], 2, 8, 0), Throws.ArgumentException);
            Assert.That(() => new MaskedBatches([MaskedSequence.Of([1, 2], [])], 2, 8, 0), Throws.ArgumentException.With.Message.Contains("Nothing"));
            Assert.That(() => new MaskedBatches([MaskedSequence.Of([1], [])], 2, 8, 0), Throws.ArgumentException.With.Message.Contains("2 at least"));
            Assert.That(() => new MaskedBatches([new MaskedSequence([1, 2], [true])], 2, 8, 0), Throws.ArgumentException);
            Assert.That(() => MaskedSequence.ToBatch([], 0, torch.CPU), Throws.ArgumentException);
        });
    }

    [Test]
    public void Padding_is_never_a_target_and_changes_nothing()
    {
        using var gpt = Model();
        gpt.eval();
        var rows = Echoes();
        var narrow = MaskedSequence.ToBatch([rows[2]], Template.PadToken, torch.CPU);
        var wide = MaskedSequence.ToBatch([rows[2]], Template.PadToken, torch.CPU, Small.BlockSize);
        Assert.That(wide.Targets.eq(Template.PadToken).any().item<bool>(), Is.False);
        TensorAssert.Near(gpt.Loss(wide.Inputs, wide.Targets), gpt.Loss(narrow.Inputs, narrow.Targets));
        Assert.That(wide.Targets.ne(TokenBatch.NoTarget).sum().ToInt64(), Is.EqualTo(rows[2].LearnedCount));
    }
}
