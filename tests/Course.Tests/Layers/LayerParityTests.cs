using Course.Layers;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Course.Tests.Layers;

/// <summary>Our layers against TorchSharp's own, with the same weights: results and gradients.</summary>
[TestFixture]
public class LayerParityTests
{
    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(seed: 1, torch.CPU, standardDeviation: 0.3);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Linear_equals_torchs(bool bias)
    {
        using var ours = new Course.Layers.Linear(5, 7, init, bias);
        using var theirs = torch.nn.Linear(5, 7, bias, torch.CPU);
        Copy(ours.Weight, theirs.weight);
        Randomise(ours.Bias, theirs.bias);
        CompareOn(TensorAssert.Random(2, 3, 4, 5), ours, theirs, (ours.Weight, theirs.weight), (ours.Bias, theirs.bias));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void LayerNorm_equals_torchs_and_its_written_out_form(bool bias)
    {
        using var ours = new Course.Layers.LayerNorm(6, init, bias);
        using var theirs = torch.nn.LayerNorm(6, bias: bias, device: torch.CPU);
        Randomise(ours.Weight, theirs.weight);
        Randomise(ours.Bias, theirs.bias);
        var input = TensorAssert.Random(3, 2, 5, 6) * 4 + 2;
        CompareOn(input, ours, theirs, (ours.Weight, theirs.weight), (ours.Bias, theirs.bias));
        TensorAssert.Near(Course.Layers.LayerNorm.WrittenOut(input, ours.Weight, ours.Bias), ours.forward(input));
    }

    [Test]
    public void Embedding_equals_torchs()
    {
        using var ours = new Course.Layers.Embedding(11, 4, init);
        using var theirs = torch.nn.Embedding(11, 4, device: torch.CPU);
        Copy(ours.Weight, theirs.weight!);
        var tokens = TensorAssert.RandomTokens(1, 11, 2, 9); // some of them twice: their gradients add up
        var upstream = TensorAssert.Random(5, 2, 9, 4);
        (ours.forward(tokens) * upstream).sum().backward();
        (theirs.forward(tokens) * upstream).sum().backward();
        TensorAssert.Same(ours.forward(tokens), theirs.forward(tokens));
        TensorAssert.Near(ours.Weight.grad!, theirs.weight!.grad!);
    }

    [TestCase(AttentionKernel.Fused, false)]
    [TestCase(AttentionKernel.Fused, true)]
    [TestCase(AttentionKernel.WrittenOut, false)]
    [TestCase(AttentionKernel.WrittenOut, true)]
    public void MultiHeadAttention_equals_torchs(AttentionKernel kernel, bool causal)
    {
        const int Width = 12, Heads = 3, Batch = 2, Time = 5;
        var mask = causal ? AttentionMask.Causal : AttentionMask.None;
        using var ours = new MultiHeadAttention(Width, Heads, init, mask, kernel: kernel);
        using var theirs = torch.nn.MultiheadAttention(Width, Heads);
        Randomise(ours.Qkv.Bias, Named(theirs, "in_proj_bias"));
        Copy(ours.Qkv.Weight, Named(theirs, "in_proj_weight"));
        Randomise(ours.Output.Bias, Named(theirs, "out_proj.bias"));
        Copy(ours.Output.Weight, Named(theirs, "out_proj.weight"));

        var input = TensorAssert.Random(4, Batch, Time, Width);
        var upstream = TensorAssert.Random(5, Batch, Time, Width);
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        // TorchSharp's has the batch second, and its mask is added to the scores.
        var swapped = b.transpose(0, 1);
        var forbidden = causal
            ? torch.full([Time, Time], float.NegativeInfinity, device: torch.CPU).triu(1)
            : null;
        var (expected, expectedWeights) = theirs.call(swapped, swapped, swapped, null, true, forbidden);
        var actual = ours.forward(a);
        (actual * upstream).sum().backward();
        (expected.transpose(0, 1) * upstream).sum().backward();

        TensorAssert.Near(actual, expected.transpose(0, 1));
        TensorAssert.Near(a.grad!, b.grad!, what: "gradient of the input");
        TensorAssert.Near(ours.Qkv.Weight.grad!, Named(theirs, "in_proj_weight").grad!);
        TensorAssert.Near(ours.Qkv.Bias!.grad!, Named(theirs, "in_proj_bias").grad!);
        TensorAssert.Near(ours.Output.Weight.grad!, Named(theirs, "out_proj.weight").grad!);
        var (again, weights) = ours.WithWeights(input);
        TensorAssert.Near(again, actual);
        // TorchSharp's weights are the mean over the heads.
        TensorAssert.Near(weights.mean([1]), expectedWeights);
    }

    [Test]
    public void A_padding_mask_equals_torchs()
    {
        using var ours = new MultiHeadAttention(8, 2, init);
        using var theirs = torch.nn.MultiheadAttention(8, 2);
        Copy(ours.Qkv.Weight, Named(theirs, "in_proj_weight"));
        Randomise(ours.Qkv.Bias, Named(theirs, "in_proj_bias"));
        Copy(ours.Output.Weight, Named(theirs, "out_proj.weight"));
        Randomise(ours.Output.Bias, Named(theirs, "out_proj.bias"));
        var isReal = torch.tensor(new[] { true, true, true, false, true, false, false, false }, [2, 4], device: torch.CPU);
        var input = TensorAssert.Random(4, 2, 4, 8);
        var swapped = input.transpose(0, 1);
        var (expected, _) = theirs.call(swapped, swapped, swapped, isReal.logical_not());
        TensorAssert.Near(ours.Forward(input, AttentionMask.None.WithPadding(isReal)), expected.transpose(0, 1));
    }

    [TestCase(Activation.Relu, torch.nn.Activations.ReLU)]
    [TestCase(Activation.Gelu, torch.nn.Activations.GELU)]
    public void A_block_equals_torchs_parts_put_together_pre_norm(Activation activation, torch.nn.Activations theirActivation)
    {
        const int Width = 8, Heads = 2, Hidden = 20;
        using var block = new TransformerBlock(
            new TransformerConfig { Width = Width, Heads = Heads, FeedForwardWidth = Hidden, Activation = activation }, init);
        foreach (var parameter in block.parameters().Where(p => p.dim() == 1))
        {
            Randomise(parameter);
        }

        // TorchSharp's layer normalises after the addition and has no norm_first, so its parts are put together here.
        using var theirs = torch.nn.TransformerEncoderLayer(Width, Heads, Hidden, dropout: 0, activation: theirActivation);
        using var attention = torch.nn.MultiheadAttention(Width, Heads);
        Copy(block.Attention.Qkv.Weight, Named(attention, "in_proj_weight"));
        Copy(block.Attention.Qkv.Bias!, Named(attention, "in_proj_bias"));
        Copy(block.Attention.Output.Weight, Named(attention, "out_proj.weight"));
        Copy(block.Attention.Output.Bias!, Named(attention, "out_proj.bias"));
        var input = TensorAssert.Random(6, 3, 5, Width);
        var upstream = TensorAssert.Random(7, 3, 5, Width);
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());

        var norm1 = functional.layer_norm(b, [Width], block.AttentionNorm.Weight, block.AttentionNorm.Bias).transpose(0, 1);
        var stream = b + attention.call(norm1, norm1, norm1).Item1.transpose(0, 1);
        var norm2 = functional.layer_norm(stream, [Width], block.FeedForwardNorm.Weight, block.FeedForwardNorm.Bias);
        var wide = functional.linear(norm2, block.FeedForward!.Widen.Weight, block.FeedForward!.Widen.Bias);
        var bent = activation == Activation.Relu ? functional.relu(wide) : functional.gelu(wide);
        var expected = stream + functional.linear(bent, block.FeedForward!.Narrow.Weight, block.FeedForward!.Narrow.Bias);

        var actual = block.forward(a);
        (actual * upstream).sum().backward();
        (expected * upstream).sum().backward();
        TensorAssert.Near(actual, expected);
        TensorAssert.Near(a.grad!, b.grad!, what: "gradient of the input");

        // And in the order of TorchSharp's layer, our parts give its result.
        Copy(block.Attention.Qkv.Weight, Named(theirs, "self_attn.in_proj_weight"));
        Copy(block.Attention.Qkv.Bias!, Named(theirs, "self_attn.in_proj_bias"));
        Copy(block.Attention.Output.Weight, Named(theirs, "self_attn.out_proj.weight"));
        Copy(block.Attention.Output.Bias!, Named(theirs, "self_attn.out_proj.bias"));
        Copy(block.FeedForward!.Widen.Weight, Named(theirs, "linear1.weight"));
        Copy(block.FeedForward!.Widen.Bias!, Named(theirs, "linear1.bias"));
        Copy(block.FeedForward!.Narrow.Weight, Named(theirs, "linear2.weight"));
        Copy(block.FeedForward!.Narrow.Bias!, Named(theirs, "linear2.bias"));
        Copy(block.AttentionNorm.Weight, Named(theirs, "norm1.weight"));
        Copy(block.AttentionNorm.Bias!, Named(theirs, "norm1.bias"));
        Copy(block.FeedForwardNorm.Weight, Named(theirs, "norm2.weight"));
        Copy(block.FeedForwardNorm.Bias!, Named(theirs, "norm2.bias"));
        var first = block.AttentionNorm.forward(input + block.Attention.forward(input));
        var postNorm = block.FeedForwardNorm.forward(first + block.FeedForward!.forward(first));
        TensorAssert.Near(postNorm, theirs.call(input.transpose(0, 1), null, null).transpose(0, 1));
    }

    private static void CompareOn(
        torch.Tensor input,
        Module<torch.Tensor, torch.Tensor> ours,
        Module<torch.Tensor, torch.Tensor> theirs,
        params (torch.Tensor? Ours, torch.Tensor? Theirs)[] parameters)
    {
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        var (actual, expected) = (ours.call(a), theirs.call(b));
        var upstream = TensorAssert.Random(99, actual.shape);
        (actual * upstream).sum().backward();
        (expected * upstream).sum().backward();
        TensorAssert.Near(actual, expected);
        TensorAssert.Near(a.grad!, b.grad!, what: "gradient of the input");
        foreach (var (mine, other) in parameters)
        {
            Assert.That(mine is null, Is.EqualTo(other is null));
            if (mine is not null)
            {
                TensorAssert.Near(mine.grad!, other!.grad!, what: "gradient of a parameter");
            }
        }
    }

    private static torch.Tensor Named(Module module, string name) =>
        module.named_parameters().Single(parameter => parameter.name == name).parameter;

    private static void Copy(torch.Tensor from, torch.Tensor to)
    {
        using var noGrad = torch.no_grad();
        to.copy_(from);
    }

    // Ones and zeros would hide a gain or a shift that is not applied.
    private static void Randomise(torch.Tensor? parameter, torch.Tensor? copy = null)
    {
        if (parameter is null)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        parameter.copy_(TensorAssert.Random(parameter.numel(), parameter.shape));
        copy?.copy_(parameter);
    }
}
