using Course.Layers;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Layers;

[TestFixture]
public class AttentionTests
{
    [Test]
    public void Equals_the_formula_computed_by_hand()
    {
        using var scope = torch.NewDisposeScope();
        // One query between two keys: scores 1/√2·(1, 3), so the weights are 1/(1 + e^√2) and its complement.
        var query = torch.tensor(new float[] { 1, 0 }, [1, 2], device: torch.CPU);
        var key = torch.tensor(new float[] { 1, 5, 3, -7 }, [2, 2], device: torch.CPU);
        var value = torch.tensor(new float[] { 10, 20 }, [2, 1], device: torch.CPU);
        var (output, weights) = Attention.ScaledDotProduct(query, key, value);
        var first = 1 / (1 + Math.Exp(Math.Sqrt(2)));
        Assert.Multiple(() =>
        {
            Assert.That(weights[0, 0].item<float>(), Is.EqualTo(first).Within(1e-6));
            Assert.That(weights[0, 1].item<float>(), Is.EqualTo(1 - first).Within(1e-6));
            Assert.That(output[0, 0].item<float>(), Is.EqualTo((10 * first) + (20 * (1 - first))).Within(1e-5));
        });
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(true, true)]
    public void Fused_and_written_out_agree_forward_and_backward(bool causal, bool padded)
    {
        using var scope = torch.NewDisposeScope();
        var inputs = Enumerable.Range(0, 3).Select(i => TensorAssert.Random(i, 2, 3, 5, 4)).ToArray();
        var upstream = TensorAssert.Random(9, 2, 3, 5, 4);
        var mask = new AttentionMask(causal);
        if (padded)
        {
            mask = mask.WithPadding(torch.tensor(
                new[] { true, true, true, false, false, true, true, true, true, true }, [2, 5], device: torch.CPU));
        }

        var a = inputs.Select(x => x.clone().requires_grad_()).ToArray();
        var b = inputs.Select(x => x.clone().requires_grad_()).ToArray();
        var fused = Attention.Fused(a[0], a[1], a[2], mask);
        var (written, weights) = Attention.ScaledDotProduct(b[0], b[1], b[2], mask.Allowed(5, 5, torch.CPU));
        (fused * upstream).sum().backward();
        (written * upstream).sum().backward();

        TensorAssert.Near(fused, written);
        TensorAssert.Near(weights.sum(-1), torch.ones([2, 3, 5], device: torch.CPU), 1e-6);
        for (var i = 0; i < 3; i++)
        {
            TensorAssert.Near(a[i].grad!, b[i].grad!, what: "gradient " + "qkv"[i]);
        }
    }

    [Test]
    public void A_query_that_may_look_nowhere_gets_zeros_and_finite_gradients()
    {
        using var scope = torch.NewDisposeScope();
        var qkv = TensorAssert.Random(1, 1, 1, 3, 4).requires_grad_();
        // Padding on the left: the first query sees only padding.
        var mask = AttentionMask.Causal.WithPadding(torch.tensor(new[] { false, true, true }, [1, 3], device: torch.CPU));
        var (output, weights) = Attention.ScaledDotProduct(qkv, qkv, qkv, mask.Allowed(3, 3, torch.CPU));
        output.sum().backward();
        TensorAssert.Same(output[0, 0, 0], torch.zeros(4, device: torch.CPU));
        TensorAssert.Same(weights[0, 0, 0], torch.zeros(3, device: torch.CPU));
        Assert.That(qkv.grad!.isfinite().all().item<bool>(), Is.True);
        TensorAssert.Near(Attention.Fused(qkv, qkv, qkv, mask), output);
    }

    [Test]
    public void With_more_keys_than_queries_the_queries_are_the_last_positions()
    {
        using var scope = torch.NewDisposeScope();
        var x = TensorAssert.Random(3, 1, 2, 6, 4);
        var all = Attention.Fused(x, x, x, AttentionMask.Causal);
        var last = x.narrow(2, 4, 2);
        TensorAssert.Near(Attention.Fused(last, x, x, AttentionMask.Causal), all.narrow(2, 4, 2));
    }

    [Test]
    public void The_causal_mask_is_a_lower_triangle()
    {
        using var mask = Attention.CausalMask(3, torch.CPU);
        Assert.That(mask.data<bool>().ToArray(), Is.EqualTo(
            new[] { true, false, false, true, true, false, true, true, true }));
    }

    [Test]
    public void Gradients_equal_finite_differences()
    {
        using var scope = torch.NewDisposeScope();
        var x = Enumerable.Range(0, 3).Select(i => TensorAssert.Random(i, 4, 3).to(torch.float64)).ToArray();
        var allowed = Attention.CausalMask(4, torch.CPU);
        var upstream = TensorAssert.Random(7, 4, 3).to(torch.float64);
        double Value() => (Attention.ScaledDotProduct(x[0], x[1], x[2], allowed).Output * upstream).sum().item<double>();

        foreach (var input in x)
        {
            input.requires_grad_();
        }

        (Attention.ScaledDotProduct(x[0], x[1], x[2], allowed).Output * upstream).sum().backward();
        const double Step = 1e-6;
        foreach (var input in x)
        {
            var gradient = input.grad!.data<double>().ToArray();
            using var noGrad = torch.no_grad();
            var flat = input.view(-1);
            for (var i = 0; i < gradient.Length; i++)
            {
                flat[i] += Step;
                var above = Value();
                flat[i] -= 2 * Step;
                var below = Value();
                flat[i] += Step;
                Assert.That((above - below) / (2 * Step), Is.EqualTo(gradient[i]).Within(1e-8));
            }
        }
    }

    [Test]
    public void Shapes_that_do_not_fit_are_refused_in_words()
    {
        using var scope = torch.NewDisposeScope();
        var x = TensorAssert.Random(0, 3, 4);
        Assert.Multiple(() =>
        {
            Assert.That(() => Attention.ScaledDotProduct(x, TensorAssert.Random(0, 3, 5), x),
                Throws.ArgumentException.With.Message.Contains("4 features and keys 5"));
            Assert.That(() => Attention.ScaledDotProduct(x, x, TensorAssert.Random(0, 2, 4)),
                Throws.ArgumentException.With.Message.Contains("3 keys but 2 values"));
            Assert.That(() => Attention.ScaledDotProduct(x[0], x, x), Throws.ArgumentException);
            Assert.That(
                () => AttentionMask.None.WithPadding(torch.ones([1, 2], torch.@bool, device: torch.CPU)).Allowed(3, 3, torch.CPU),
                Throws.ArgumentException.With.Message.Contains("(batch, 3)"));
        });
    }
}
