using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;
using Course.Generation.Fast;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

[TestFixture]
public class LoraTests : AlignmentFixture
{
    private static readonly LoraOptions Options = new() { Rank = 4, Alpha = 8, Targets = ["qkv", "output", "widen", "narrow"] };

    private static torch.Tensor Tokens() => TensorAssert.RandomTokens(1, Small.VocabularySize, 3, 10);

    private static MaskedBatches Batches() =>
        new([MaskedSequence.Of([1, 2], [3, 4]), MaskedSequence.Of([4, 2], [5, 5, 6])], 2, Small.BlockSize, Template.PadToken);

    private static void Train(Gpt gpt, LoraAdapters adapters, int steps = 15)
    {
        using var trainer = new Trainer(
            new SftTask(gpt, Batches(), adapters: adapters), new TrainerOptions { Steps = steps, LearningRate = 1e-2 });
        var history = trainer.Run();
        Assert.That(history.Losses[^1], Is.LessThan(history.Losses[0] - 0.2), "the adapters learn");
    }

    [Test]
    public void Fresh_adapters_change_nothing_and_are_few()
    {
        using var gpt = Model();
        gpt.eval();
        var before = gpt.Logits(Tokens());
        using var adapters = new LoraAdapters(gpt, Options);
        TensorAssert.Same(gpt.Logits(Tokens()), before, "B = 0");
        Assert.That(adapters.Layers, Has.Count.EqualTo(8));
        // qkv 16→48, output 16→16, widen 16→64, narrow 64→16, each rank 4, in both blocks.
        Assert.That(adapters.ParameterCount, Is.EqualTo(2 * 4 * (64 + 32 + 80 + 80)));
        Assert.That(adapters.parameters().Sum(p => p.numel()), Is.EqualTo(adapters.ParameterCount), "and nothing else is trained");
    }

    [Test]
    public void The_base_gets_no_gradient_and_stays_the_same_bit_for_bit()
    {
        using var gpt = Model();
        var before = Weights(gpt);
        using (var adapters = new LoraAdapters(gpt, Options))
        {
            gpt.Logits(Tokens()).sum().backward();
            Assert.That(gpt.parameters().All(p => p.grad is null && !p.requires_grad), Is.True);
            Train(gpt, adapters);
            TensorAssert.Same(Weights(gpt), before);
            Assert.That(adapters.Layers.All(layer => layer.Up.count_nonzero().item<long>() > 0), Is.True);
        }

        Assert.That(gpt.parameters().All(p => p.requires_grad), Is.True, "disposing gives the model back");
        TensorAssert.Same(Weights(gpt), before);
        using var untouched = Model();
        gpt.eval();
        untouched.eval();
        TensorAssert.Same(gpt.Logits(Tokens()), untouched.Logits(Tokens()));
    }

    [Test]
    public void The_correction_is_alpha_over_r_times_B_A()
    {
        using var gpt = Model();
        using var adapters = new LoraAdapters(gpt, Options);
        Train(gpt, adapters);
        var layer = adapters.Layers[0];
        var input = TensorAssert.Random(3, 5, 16);
        var byHand = torch.nn.functional.linear(input, layer.Target.Weight + (8.0 / 4 * layer.Up.matmul(layer.Down)), layer.Target.Bias);
        TensorAssert.Near(layer.Target.forward(input), byHand);
        TensorAssert.Near(layer.Delta(), 2 * layer.Up.matmul(layer.Down), 1e-6);
    }

    [Test]
    public void Merged_equals_unmerged_and_unmerging_is_exact()
    {
        using var gpt = Model();
        var before = Weights(gpt);
        using var adapters = new LoraAdapters(gpt, Options);
        Train(gpt, adapters);
        gpt.eval();
        var corrected = gpt.Logits(Tokens());
        adapters.Merge();
        TensorAssert.Near(gpt.Logits(Tokens()), corrected);
        Assert.That(() => adapters.Merge(), Throws.InvalidOperationException);
        Assert.That(() => adapters.Disabled(), Throws.InvalidOperationException);
        adapters.Unmerge();
        TensorAssert.Same(Weights(gpt), before);
        TensorAssert.Same(gpt.Logits(Tokens()), corrected);
        Assert.That(() => adapters.Unmerge(), Throws.InvalidOperationException);
        using (adapters.Disabled())
        {
            Assert.That(gpt.Logits(Tokens()).equal(corrected).all().item<bool>(), Is.False);
        }

        TensorAssert.Same(gpt.Logits(Tokens()), corrected);
    }

    [TestCase("head")]
    [TestCase("gate")]
    [TestCase("qkv")]
    [TestCase("narrow")]
    public void Every_target_takes_part(string target)
    {
        // A layer whose product is taken past its own method would ignore its adapter without a word.
        using var gpt = Model(config: Small with { TieWeights = false, Gated = true });
        gpt.eval();
        var before = gpt.Logits(Tokens());
        using var adapters = new LoraAdapters(gpt, Options with { Targets = [target] });
        foreach (var layer in adapters.Layers)
        {
            using var noGrad = torch.no_grad();
            layer.Up.fill_(0.1);
            Assert.That(gpt.Logits(Tokens()).equal(before).all().item<bool>(), Is.False, layer.Name);
            layer.Up.zero_();
        }
    }

    [Test]
    public void The_fast_decoder_wants_adapters_merged()
    {
        using var gpt = Model();
        using var adapters = new LoraAdapters(gpt, Options);
        Assert.That(() => FastDecoder.From(gpt, threads: 1).Dispose(), Throws.ArgumentException.With.Message.Contains("merge"));
        adapters.Merge();
        Assert.That(() => FastDecoder.From(gpt, threads: 1).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_merged_model_needs_its_adapters_no_longer()
    {
        using var gpt = Model();
        torch.Tensor merged;
        using (var adapters = new LoraAdapters(gpt, Options))
        {
            Train(gpt, adapters);
            gpt.eval();
            adapters.Merge();
            merged = gpt.Logits(Tokens());
        }

        TensorAssert.Same(gpt.Logits(Tokens()), merged);
    }

    [Test]
    public void Adapters_are_saved_apart_and_come_back()
    {
        using var gpt = Model();
        torch.Tensor corrected;
        using (var adapters = new LoraAdapters(gpt, Options with { Dropout = 0.1 }))
        {
            Train(gpt, adapters);
            gpt.eval();
            corrected = gpt.Logits(Tokens());
            adapters.Save(At("adapters.safetensors"));
        }

        gpt.Save(At("base.safetensors"));
        Assert.That(new FileInfo(At("adapters.safetensors")).Length, Is.LessThan(new FileInfo(At("base.safetensors")).Length));
        using (var file = Safetensors.Open(At("adapters.safetensors")))
        {
            Assert.That(file.Header.Entries.Keys, Has.All.EndsWith("lora_A").Or.EndsWith("lora_B"));
        }

        using var again = Gpt.Load(At("base.safetensors"), torch.CPU);
        again.eval();
        using var loaded = LoraAdapters.Load(At("adapters.safetensors"), again);
        Assert.That(loaded.Options.ToString(), Is.EqualTo(Options.ToString()));
        TensorAssert.Same(again.Logits(Tokens()), corrected);
    }

    [Test]
    public void Dropout_of_the_adapters_is_on_in_training_only()
    {
        using var gpt = Model();
        using var adapters = new LoraAdapters(gpt, Options with { Dropout = 0.5 });
        Train(gpt, adapters, 30);
        adapters.train();
        Assert.That(gpt.Logits(Tokens()).equal(gpt.Logits(Tokens())).all().item<bool>(), Is.False);
        using (gpt.Evaluating())
        {
            TensorAssert.Same(gpt.Logits(Tokens()), gpt.Logits(Tokens()));
        }
    }

    [Test]
    public void What_cannot_be_adapted_is_refused_in_words()
    {
        using var gpt = Model();
        Assert.Multiple(() =>
        {
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Targets = ["nothing"] }),
                Throws.ArgumentException.With.Message.Contains("'nothing'").And.Message.Contains("qkv"));
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Rank = 17 }), Throws.ArgumentException.With.Message.Contains("rank 16"));
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Rank = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Alpha = double.NaN }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Dropout = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LoraAdapters(gpt, new LoraOptions { Targets = [] }), Throws.ArgumentException);
        });
        using var adapters = new LoraAdapters(gpt, Options);
        Assert.That(() => new LoraAdapters(gpt, Options), Throws.ArgumentException.With.Message.Contains("already"));
        Assert.That(() => gpt.Copy(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_file_that_does_not_fit_leaves_the_model_as_it_was()
    {
        using var gpt = Model();
        using (var adapters = new LoraAdapters(gpt, Options))
        {
            adapters.Save(At("a.safetensors"));
        }

        gpt.Save(At("gpt.safetensors"));
        using var narrow = Model(config: Small with { Width = 8 });
        using var deep = Model(config: Small with { Layers = 3 });
        Assert.Multiple(() =>
        {
            Assert.That(() => LoraAdapters.Load(At("gpt.safetensors"), gpt), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no LoRA"));
            Assert.That(() => LoraAdapters.Load(At("a.safetensors"), narrow), Throws.InstanceOf<InvalidDataException>());
            Assert.That(() => LoraAdapters.Load(At("a.safetensors"), deep), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("holds 16"));
        });
        Assert.That(narrow.parameters().Concat(deep.parameters()).All(p => p.requires_grad), Is.True);
        Safetensors.Write(At("huge.safetensors"), new Dictionary<string, torch.Tensor>(), new Dictionary<string, string>
        {
            ["model"] = "LoraAdapters",
            ["config"] = """{"Rank":2000000000,"Alpha":1,"Dropout":0,"Targets":["qkv"]}""",
        });
        Assert.That(() => LoraAdapters.Load(At("huge.safetensors"), gpt), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("rank"));
        Safetensors.Write(At("odd.safetensors"), new Dictionary<string, torch.Tensor>(), new Dictionary<string, string>
        {
            ["model"] = "LoraAdapters",
            ["config"] = """{"Rank":2,"Surprise":1}""",
        });
        Assert.That(() => LoraAdapters.Load(At("odd.safetensors"), gpt), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void A_frozen_copy_has_the_same_weights_and_goes_its_own_way()
    {
        using var gpt = Model(config: Small with { Dropout = 0.3 });
        using var copy = gpt.FrozenCopy();
        Assert.That(copy.training, Is.False);
        Assert.That(copy.parameters().Any(p => p.requires_grad), Is.False);
        TensorAssert.Same(Weights(copy), Weights(gpt));
        using (torch.no_grad())
        {
            gpt.Tokens.Weight.add_(1);
        }

        Assert.That(Weights(copy).equal(Weights(gpt)).all().item<bool>(), Is.False);
    }
}
