using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Layers.ModuleParity;

namespace Course.Tests.Layers;

[TestFixture]
public class MixtureOfExpertsTests
{
    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(1, torch.CPU, 0.5);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    private MixtureOfExperts Make(int count, int perToken, int width = 4) =>
        new(width, count, perToken, init, () => new FeedForward(width, 6, init));

    [TestCase(2, 1)]
    [TestCase(5, 2)]
    [TestCase(3, 3)]
    public void Sending_tokens_to_their_experts_equals_sending_all_to_all(int count, int perToken)
    {
        using var layer = Make(count, perToken);
        var input = TensorAssert.Random(1, 3, 7, 4);
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        var upstream = TensorAssert.Random(2, 3, 7, 4);
        var actual = layer.forward(a);
        (actual * upstream).sum().backward();
        var gradients = layer.parameters().Select(p => p.grad?.clone() ?? torch.zeros_like(p)).ToList();
        layer.zero_grad();
        var expected = layer.WrittenOut(b);
        (expected * upstream).sum().backward();
        TensorAssert.Near(actual, expected, 1e-6);
        TensorAssert.Near(a.grad!, b.grad!);
        foreach (var (parameter, gradient) in layer.parameters().Zip(gradients))
        {
            TensorAssert.Near(gradient, parameter.grad!);
        }
    }

    [Test]
    public void All_experts_alike_are_one_feed_forward_layer()
    {
        using var layer = Make(3, 2);
        foreach (var expert in layer.Experts.Skip(1))
        {
            CopyAll(layer.Experts[0].parameters().Zip(expert.parameters(), (from, to) => ((torch.Tensor)from, (torch.Tensor)to)));
        }

        var input = TensorAssert.Random(1, 2, 5, 4);
        TensorAssert.Near(layer.forward(input), layer.Experts[0].forward(input), 1e-6);
    }

    [Test]
    public void The_balance_loss_is_1_when_all_are_used_alike_and_the_number_of_experts_when_one_is()
    {
        using var layer = Make(4, 1);
        var losses = new List<torch.Tensor>();
        using (torch.no_grad())
        {
            layer.Router.Weight.copy_(torch.eye(4, device: torch.CPU) * 100);
        }

        layer.Forward(torch.eye(4, device: torch.CPU).repeat(3, 1), losses);
        layer.Forward(torch.eye(4, device: torch.CPU)[2].expand(12, 4), losses);
        Assert.That(losses[0].item<float>(), Is.EqualTo(1).Within(1e-5));
        Assert.That(losses[1].item<float>(), Is.EqualTo(4).Within(1e-5));
    }

    [Test]
    public void Following_the_balance_loss_spreads_the_work()
    {
        using var layer = Make(4, 1);
        // Every token starts with the same expert.
        using (torch.no_grad())
        {
            layer.Router.Weight.zero_();
            layer.Router.Weight[0, 0] = 1;
        }

        var input = torch.cat([torch.ones([64, 1], device: torch.CPU), TensorAssert.Random(1, 64, 3)], 1);
        Assert.That(LargestShare(), Is.EqualTo(1));
        using var optimizer = torch.optim.Adam([layer.Router.Weight], 0.05);
        for (var i = 0; i < 100; i++)
        {
            using var step = torch.NewDisposeScope();
            var losses = new List<torch.Tensor>();
            layer.Forward(input, losses);
            optimizer.zero_grad();
            losses[0].backward();
            optimizer.step();
        }

        Assert.That(LargestShare(), Is.LessThan(0.5), "a quarter each would be perfect");

        double LargestShare() =>
            layer.Route(input).Chosen.reshape(-1).data<long>().ToArray().GroupBy(e => e).Max(g => g.Count()) / 64.0;
    }

    [Test]
    public void A_model_with_experts_adds_their_loss_while_training_only()
    {
        var config = new GptConfig { VocabularySize = 11, BlockSize = 6, Layers = 2, Heads = 2, Width = 8, Experts = 3, BalanceWeight = 0.5 };
        using var gpt = new Gpt(config, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 11, 2, 6);
        var losses = new List<torch.Tensor>();
        gpt.Vectors(tokens, balanceLosses: losses);
        Assert.That(losses, Has.Count.EqualTo(2));
        var training = gpt.Loss(tokens, tokens);
        gpt.eval();
        var plain = gpt.Loss(tokens, tokens);
        TensorAssert.Near(training, plain + (0.5 * (losses[0] + losses[1]) / 2), 1e-5);
        training.backward();
        Assert.That(gpt.Blocks[1].Experts!.Router.Weight.grad!.abs().max().item<float>(), Is.GreaterThan(0));
        Assert.That(config.ParameterCount, Is.EqualTo(gpt.parameters().Sum(p => p.numel())));
        var before = torch.Tensor.TotalCount;
        using (torch.NewDisposeScope())
        {
            gpt.train();
            gpt.Loss(tokens, tokens).backward();
        }

        Assert.That(torch.Tensor.TotalCount, Is.LessThanOrEqualTo(before + gpt.parameters().Count()), "nothing but gradients stays");
    }

    [Test]
    public void Nonsense_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Make(2, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(2, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(2, 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });
}
