using Course.Layers;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Layers.ModuleParity;

namespace Course.Tests.Layers;

/// <summary>Whole blocks against TorchSharp's encoder and decoder layers, with the same weights: results and gradients.</summary>
[TestFixture]
public class BlockParityTests
{
    private const int Width = 8;
    private const int Heads = 2;
    private const int Hidden = 20;

    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(1, torch.CPU, 0.3);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    private static TransformerConfig Config(Activation activation = Activation.Relu) => new()
    {
        Width = Width,
        Heads = Heads,
        FeedForwardWidth = Hidden,
        Activation = activation,
        NormPlacement = NormPlacement.Post,
    };

    [TestCase(Activation.Relu, torch.nn.Activations.ReLU, AttentionKernel.Fused)]
    [TestCase(Activation.Gelu, torch.nn.Activations.GELU, AttentionKernel.WrittenOut)]
    public void A_post_norm_block_equals_torchs_encoder_layer(
        Activation activation, torch.nn.Activations theirActivation, AttentionKernel kernel)
    {
        using var ours = new TransformerBlock(Config(activation) with { Attention = kernel }, init);
        using var theirs = torch.nn.TransformerEncoderLayer(Width, Heads, Hidden, dropout: 0, activation: theirActivation);
        Randomise(ours);
        var parameters = SelfAndFeedForward(ours, theirs, "norm1", "norm2").ToList();
        Assert.That(parameters, Has.Count.EqualTo(ours.parameters().Count()));
        CopyAll(parameters);
        var input = TensorAssert.Random(2, 3, 5, Width);
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        // TorchSharp's layers have the batch second, and their masks are added to the scores. Padding hides the last two positions of a row.
        var isReal = torch.tensor(Enumerable.Range(0, 15).Select(i => i is < 8 or >= 10).ToArray(), [3, 5], device: torch.CPU);
        var actual = ours.Forward(a, new BlockContext { Mask = AttentionMask.Causal.WithPadding(isReal) });
        var expected = theirs.call(b.transpose(0, 1), Forbidden(5), isReal.logical_not()).transpose(0, 1);
        Compare(actual, expected, parameters.Append((a, b)));
    }

    [Test]
    public void A_post_norm_block_with_cross_attention_equals_torchs_decoder_layer([Values] AttentionKernel kernel)
    {
        using var ours = new TransformerBlock(Config() with { CrossAttention = true, Attention = kernel }, init, AttentionMask.Causal);
        using var theirs = torch.nn.TransformerDecoderLayer(Width, Heads, Hidden, dropout: 0);
        Randomise(ours);
        var parameters = SelfAndFeedForward(ours, theirs, "norm1", "norm3")
            .Concat(Attention(ours.CrossAttention!, theirs, "multihead_attn")).Concat(NormOf(ours.CrossNorm!, theirs, "norm2")).ToList();
        Assert.That(parameters, Has.Count.EqualTo(ours.parameters().Count()));
        CopyAll(parameters);
        var (input, source) = (TensorAssert.Random(2, 3, 5, Width), TensorAssert.Random(3, 3, 7, Width));
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        var (memory, theirMemory) = (source.clone().requires_grad_(), source.clone().requires_grad_());
        var isReal = torch.tensor(Enumerable.Range(0, 21).Select(i => i % 7 < 4 || i < 7).ToArray(), [3, 7], device: torch.CPU);
        var context = new BlockContext
        {
            Mask = AttentionMask.Causal,
            Memory = memory,
            MemoryMask = AttentionMask.None.WithPadding(isReal),
        };
        var actual = ours.Forward(a, context);
        var expected = theirs.call(
            b.transpose(0, 1), theirMemory.transpose(0, 1), Forbidden(5), memory_key_padding_mask: isReal.logical_not());
        Compare(actual, expected.transpose(0, 1), parameters.Append((a, b)).Append((memory, theirMemory)));
    }

    private static torch.Tensor Forbidden(long time) =>
        torch.full([time, time], float.NegativeInfinity, device: torch.CPU).triu(1);

    private static IEnumerable<(torch.Tensor, torch.Tensor)> SelfAndFeedForward(
        TransformerBlock ours, torch.nn.Module theirs, string firstNorm, string lastNorm) =>
        Attention(ours.Attention, theirs, "self_attn")
            .Concat(NormOf(ours.AttentionNorm, theirs, firstNorm))
            .Concat(NormOf(ours.FeedForwardNorm, theirs, lastNorm))
            .Append((ours.FeedForward!.Widen.Weight, Named(theirs, "linear1.weight")))
            .Append((ours.FeedForward.Widen.Bias!, Named(theirs, "linear1.bias")))
            .Append((ours.FeedForward.Narrow.Weight, Named(theirs, "linear2.weight")))
            .Append((ours.FeedForward.Narrow.Bias!, Named(theirs, "linear2.bias")));

    private static IEnumerable<(torch.Tensor, torch.Tensor)> Attention(
        MultiHeadAttention ours, torch.nn.Module theirs, string name) =>
    [
        (ours.Qkv.Weight, Named(theirs, $"{name}.in_proj_weight")), (ours.Qkv.Bias!, Named(theirs, $"{name}.in_proj_bias")),
        (ours.Output.Weight, Named(theirs, $"{name}.out_proj.weight")), (ours.Output.Bias!, Named(theirs, $"{name}.out_proj.bias")),
    ];

    private static IEnumerable<(torch.Tensor, torch.Tensor)> NormOf(Norm ours, torch.nn.Module theirs, string name) =>
        [(ours.Weight, Named(theirs, $"{name}.weight")), (ours.Bias!, Named(theirs, $"{name}.bias"))];
}
