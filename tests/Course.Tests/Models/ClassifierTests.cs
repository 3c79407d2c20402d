using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

/// <summary>The convolutional network and the text classifier.</summary>
[TestFixture]
public class ClassifierTests
{
    private static readonly TextClassifierConfig Text = new()
    {
        VocabularySize = 13,
        Classes = 3,
        PaddingToken = 0,
        BlockSize = 8,
        Width = 16,
        Heads = 2,
    };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [TestCase(1, 2, 1, 4, 4)]
    [TestCase(2, 3, 3, 5, 4)]
    [TestCase(3, 1, 5, 4, 7)]
    [TestCase(8, 16, 3, 6, 6)]
    [TestCase(16, 24, 3, 5, 5)]
    public void A_convolution_equals_its_written_out_form_and_torchs(int inputs, int outputs, int kernel, int height, int width)
    {
        using var init = new Initialization(1, torch.CPU);
        using var ours = new Convolution(inputs, outputs, kernel, init);
        // In float64, where LibTorch computes by itself: in float32 the library it calls has wrong gradients on some processors.
        using var theirs = torch.nn.Conv2d(inputs, outputs, kernel, padding: kernel / 2, device: torch.CPU, dtype: torch.float64);
        Layers.ModuleParity.Randomise(ours);
        Layers.ModuleParity.CopyAll([(ours.Weight, theirs.weight), (ours.Bias, theirs.bias!)]);
        var input = TensorAssert.Random(1, 2, inputs, height, width);
        foreach (var ourWay in new Func<torch.Tensor, torch.Tensor>[] { ours.forward, ours.WrittenOut })
        {
            ours.zero_grad();
            theirs.zero_grad();
            var (a, b) = (input.clone().requires_grad_(), input.to(torch.float64).requires_grad_());
            Layers.ModuleParity.Compare(ourWay(a), theirs.call(b), [(a, b), (ours.Weight, theirs.weight), (ours.Bias, theirs.bias!)]);
        }
    }

    [Test]
    public void A_convolution_finds_a_pattern_wherever_it_is()
    {
        using var init = new Initialization(1, torch.CPU);
        using var layer = new Convolution(1, 2, 3, init);
        var picture = torch.zeros([1, 1, 9, 9], device: torch.CPU);
        picture.narrow(2, 2, 3).narrow(3, 2, 3).copy_(TensorAssert.Random(1, 3, 3));
        TensorAssert.Near(layer.forward(picture.roll([2, 1], [2, 3])), layer.forward(picture).roll([2, 1], [2, 3]), 1e-6);
    }

    [Test]
    public void The_pictures_network_counts_and_speaks([Values(1, 3)] int channels, [Values(1, 2)] int depth)
    {
        var config = new ConvNetConfig(8, 10, 5) { InputChannels = channels, Channels = depth == 1 ? [4] : [4, 6] };
        using var net = new ConvNet(config, device: torch.CPU);
        Assert.That(config.ParameterCount, Is.EqualTo(net.parameters().Sum(p => p.numel())));
        Assert.That(config.ToString(), Does.Contain($"{config.ParameterCount} parameters").And.Contain("8 × 10"));
        var pictures = TensorAssert.Random(1, 3, channels, 8, 10);
        TensorAssert.Same(net.forward(pictures), net.forward(pictures.flatten(1)));
        Assert.That(net.Features(pictures)[^1].shape, Is.EqualTo(new long[] { 3, config.Channels[^1], 8 >> depth, 10 >> depth }));
        Assert.That(new ConvNetConfig(4, 4, 3) { Channels = [5] }.ForwardFlops, Is.EqualTo(2 * ((16 * 5 * 9) + (4 * 5 * 3))));
    }

    [Test]
    public void It_learns_to_tell_stripes_from_columns()
    {
        var rows = Enumerable.Range(0, 40).Select(i =>
        {
            using var noise = TensorAssert.Random(i, 6, 6) * 0.3;
            var line = torch.ones(6, device: torch.CPU);
            var picture = noise.clone();
            (i % 2 == 0 ? picture.select(0, i % 5) : picture.select(1, i % 5)).add_(line);
            return picture.flatten();
        }).ToArray();
        var (features, labels) = (torch.stack(rows), torch.tensor(Enumerable.Range(0, 40).Select(i => (long)(i % 2)).ToArray(), device: torch.CPU));
        using var net = new ConvNet(new ConvNetConfig(6, 6, 2) { Channels = [6] }, seed: 1, torch.CPU);
        Assert.That(Accuracy(net, new ClassificationTask(net, features, labels, features, labels, 20), 60, 0.02), Is.EqualTo(1));
        TensorAssert.Same(net.Predict(features), labels);
    }

    [Test]
    public void The_text_classifier_counts_and_speaks([Values] PositionKind positions)
    {
        var config = Text with { Positions = positions };
        using var model = new TextClassifier(config, device: torch.CPU);
        Assert.That(config.ParameterCount, Is.EqualTo(model.parameters().Sum(p => p.numel())));
        Assert.That(config.StoredNumbers, Is.EqualTo(model.state_dict().Values.Sum(p => p.numel())));
        Assert.That(config.ToString(), Does.Contain("3 classes").And.Contain($"{positions} positions"));
        Assert.That(config.ForwardFlops(4), Is.EqualTo(config.Stack.ForwardFlops(4) + (2 * 16 * 3)));
    }

    [Test]
    public void Padding_of_texts_changes_nothing_and_without_positions_neither_does_their_order()
    {
        using var model = new TextClassifier(Text, seed: 1, torch.CPU);
        using var bag = new TextClassifier(Text with { Positions = PositionKind.None }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 12, 3, 5) + 1;
        var padded = torch.cat([tokens, torch.zeros([3, 3], torch.int64, device: torch.CPU)], 1);
        TensorAssert.Near(model.forward(padded), model.forward(tokens));
        using var unpadded = new TextClassifier(Text with { PaddingToken = -1 }, seed: 1, torch.CPU);
        TensorAssert.Near(unpadded.forward(tokens), model.forward(tokens));
        TensorAssert.Near(bag.forward(tokens.flip(1)), bag.forward(tokens));
        Assert.That((model.forward(tokens.flip(1)) - model.forward(tokens)).abs().max().item<float>(), Is.GreaterThan(1e-3));
        var nothing = model.forward(torch.zeros([1, 4], torch.int64, device: torch.CPU));
        Assert.That(nothing.isfinite().all().item<bool>(), Is.True, "a text of padding only");
    }

    [Test]
    public void It_learns_which_token_a_text_holds()
    {
        var random = new Random(1);
        var labels = Enumerable.Range(0, 60).Select(i => (long)(i % 3)).ToArray();
        var texts = labels.SelectMany(label =>
        {
            var text = Enumerable.Range(0, 8).Select(t => t < 5 ? (long)random.Next(4, 13) : 0).ToArray();
            text[random.Next(5)] = label + 1;
            return text;
        }).ToArray();
        var (features, classes) = (torch.tensor(texts, [60, 8], device: torch.CPU), torch.tensor(labels, device: torch.CPU));
        using var model = new TextClassifier(Text, seed: 1, torch.CPU);
        Assert.That(Accuracy(model, new ClassificationTask(model, features, classes, features, classes, 20), 120, 5e-3), Is.EqualTo(1));
        TensorAssert.Near(model.Probabilities(features).sum(-1), torch.ones(60, device: torch.CPU), 1e-6);
        TensorAssert.Same(model.Predict(features), classes);
    }

    [Test]
    public void They_are_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var net = new ConvNet(new ConvNetConfig(6, 6, 2) { Channels = [3], Dropout = 0.1 }, seed: 1, torch.CPU);
        using var text = new TextClassifier(Text with { Positions = PositionKind.Sinusoidal }, seed: 1, torch.CPU);
        net.Save(folder.At("net"));
        text.Save(folder.At("text"));
        using var netAgain = ConvNet.Load(folder.At("net"), torch.CPU);
        using var textAgain = TextClassifier.Load(folder.At("text"), torch.CPU);
        var (pictures, tokens) = (TensorAssert.Random(1, 2, 36), TensorAssert.RandomTokens(1, 13, 2, 6));
        TensorAssert.Same(netAgain.Predict(pictures), net.Predict(pictures));
        TensorAssert.Same(textAgain.forward(tokens), text.forward(tokens));
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        using var init = new Initialization(1, torch.CPU);
        using var net = new ConvNet(new ConvNetConfig(6, 6, 2) { Channels = [3] }, seed: 1, torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Convolution(1, 1, 2, init), Throws.ArgumentException.With.Message.Contains("no middle"));
            Assert.That(() => new Convolution(0, 1, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Convolution(1, 0, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Convolution(1, 1, 0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => net.forward(TensorAssert.Random(1, 2, 35)), Throws.ArgumentException.With.Message.Contains("(batch, 1, 6, 6)"));
        });
        var good = new ConvNetConfig(6, 6, 2) { Channels = [3] };
        ConvNetConfig[] bad =
        [
            good with { Height = 0 }, good with { Classes = 0 }, good with { InputChannels = 0 }, good with { Channels = [] },
            good with { Channels = [0] }, good with { Channels = null! }, good with { Kernel = 2 }, good with { Kernel = -1 },
            good with { Dropout = 1 }, good with { Activation = (Activation)9 }, good with { Channels = [1, 1, 1] },
            good with { Channels = [int.MaxValue] },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1));
            Assert.That(() => new ConvNet(config, device: torch.CPU), Throws.ArgumentException);
        }

        TextClassifierConfig[] badTexts =
        [
            Text with { VocabularySize = 0 }, Text with { Classes = 0 }, Text with { PaddingToken = 13 }, Text with { PaddingToken = -2 },
            Text with { InitialDeviation = -1 }, Text with { Heads = 3 }, Text with { Layers = 0 }, Text with { Classes = int.MaxValue },
        ];
        foreach (var config in badTexts)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
            Assert.That(() => new TextClassifier(config, device: torch.CPU), Throws.ArgumentException);
        }
    }

    private static double? Accuracy(torch.nn.Module model, ITrainingTask task, int steps, double learningRate)
    {
        using var optimizer = torch.optim.Adam(model.parameters(), learningRate);
        for (var i = 0; i < steps; i++)
        {
            using var step = torch.NewDisposeScope();
            optimizer.zero_grad();
            task.Loss(i).backward();
            optimizer.step();
        }

        return task.Evaluate()!.Accuracy;
    }
}
