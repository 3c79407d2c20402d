using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;
using AdamW = Course.Training.AdamW;
using Theirs = TorchSharp.Modules.AdamW;

namespace Course.Tests.Training;

[TestFixture]
public class AdamWTests
{
    private static readonly AdamWOptions Options = new() { Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, WeightDecay = 0.1 };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    private static AdamW Make(Type kind, torch.nn.Module model, AdamWOptions options) =>
        kind == typeof(SimdAdamW) ? new SimdAdamW(model, options) : new TensorAdamW(model, options);

    // Sizes that are no multiple of any vector's length, so that the left-over numbers are tested too.
    private static Mlp Model(long seed = 3) => new([13, 37, 29, 7], Activation.Tanh, seed, torch.CPU);

    [TestCase(typeof(SimdAdamW), null)]
    [TestCase(typeof(TensorAdamW), null)]
    [TestCase(typeof(SimdAdamW), 1.5)]
    [TestCase(typeof(TensorAdamW), 1.5)]
    public void Equals_torchs_AdamW_and_clipping_over_many_steps(Type kind, double? clip)
    {
        using var ours = Model();
        using var theirs = Model();
        using var optimizer = Make(kind, ours, Options);
        // TorchSharp's has one decay per group: matrices in one, vectors in the other.
        using var reference = torch.optim.AdamW(
            [
                Group(theirs.parameters().Where(p => p.dim() >= 2), Options.WeightDecay),
                Group(theirs.parameters().Where(p => p.dim() < 2), 0),
            ],
            1e-2, Options.Beta1, Options.Beta2, Options.Epsilon);
        var clipped = 0;
        for (var step = 0; step < 300; step++)
        {
            using var inner = torch.NewDisposeScope();
            var rate = 1e-2 * (1 + Math.Cos(step / 100.0)) / 2;
            var input = TensorAssert.Random(step, 8, 13);
            var labels = TensorAssert.RandomTokens(step, 7, 8);
            ours.Loss(input, labels).backward();
            var norm = optimizer.Step(rate, clip);

            reference.zero_grad();
            theirs.Loss(input, labels).backward();
            var theirNorm = clip is { } limit
                ? torch.nn.utils.clip_grad_norm_(theirs.parameters(), limit)
                : Math.Sqrt(theirs.parameters().Sum(p => p.grad!.to(torch.float64).square().sum().item<double>()));
            foreach (var group in reference.ParamGroups)
            {
                group.LearningRate = rate;
            }

            reference.step();
            Assert.That(norm, Is.EqualTo(theirNorm).Within(1e-5 * theirNorm), $"gradient norm at step {step}");
            clipped += norm > clip ? 1 : 0;
        }

        Assert.That(clipped, clip is null ? Is.Zero : Is.InRange(10, 290), "both sides of the limit are tried");
        foreach (var (mine, other) in ours.parameters().Zip(theirs.parameters()))
        {
            TensorAssert.Near(mine, other, 1e-6);
        }
    }

    [Test]
    public void Both_forms_agree_on_a_GPT()
    {
        var config = new GptConfig { VocabularySize = 11, BlockSize = 6, Layers = 2, Heads = 2, Width = 10, Bias = true };
        using var a = new Gpt(config, 1, torch.CPU);
        using var b = new Gpt(config, 1, torch.CPU);
        using var simd = new SimdAdamW(a, Options);
        using var tensors = new TensorAdamW(b, Options);
        for (var step = 0; step < 200; step++)
        {
            // The same gradients for both: those of two models would drift apart, because Adam divides rounding errors by
            // rounding errors wherever the true gradient is zero (the bias of keys, for one).
            var noise = TensorAssert.Random(step, simd.Parameters.Count) * 0.01;
            simd.Parameters.Gradients.copy_(noise);
            tensors.Parameters.Gradients.copy_(noise);
            simd.Step(1e-2, 0.3);
            tensors.Step(1e-2, 0.3);
        }

        TensorAssert.Near(simd.Parameters.Values, tensors.Parameters.Values, 1e-6);
    }

    [TestCase(typeof(SimdAdamW))]
    [TestCase(typeof(TensorAdamW))]
    public void Decay_shrinks_matrices_and_leaves_vectors_alone(Type kind)
    {
        using var model = Model();
        using (torch.no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter.fill_(1);
            }
        }

        using var optimizer = Make(kind, model, Options with { WeightDecay = 0.5 });
        optimizer.Step(0.1); // no gradient: only decay acts
        foreach (var (name, parameter) in model.named_parameters())
        {
            TensorAssert.Near(parameter, torch.full_like(parameter, parameter.dim() >= 2 ? 0.95 : 1), 1e-7, name);
        }
    }

    [Test]
    public void A_large_model_updated_by_several_threads_gets_the_same_bits()
    {
        // More than 2²² parameters, so that the work is shared.
        using var model = new Mlp([2050, 2051], seed: 1, device: torch.CPU);
        using var copy = new Mlp([2050, 2051], seed: 1, device: torch.CPU);
        using var optimizer = new SimdAdamW(model, Options);
        using var other = new SimdAdamW(copy, Options);
        var noise = TensorAssert.Random(5, optimizer.Parameters.Count);
        optimizer.Parameters.Gradients.copy_(noise);
        other.Parameters.Gradients.copy_(noise);
        var one = optimizer.Step(1e-3, 1);
        double two;
        Course.Runtime.TorchRuntime.Threads = 2;
        try
        {
            two = other.Step(1e-3, 1);
        }
        finally
        {
            Course.Runtime.TorchRuntime.Threads = 1;
        }

        Assert.That(two, Is.EqualTo(one));
        Assert.That(one, Is.EqualTo(noise.to(torch.float64).norm().item<double>()).Within(1e-9 * one));
        TensorAssert.Same(other.Parameters.Values, optimizer.Parameters.Values);
    }

    [Test]
    public void Gradients_accumulate_over_backward_passes_until_the_step()
    {
        using var model = Model();
        using var optimizer = new SimdAdamW(model, Options);
        var input = TensorAssert.Random(1, 4, 13);
        var labels = TensorAssert.RandomTokens(1, 7, 4);
        model.Loss(input, labels).backward();
        var once = optimizer.GradientNorm();
        model.Loss(input, labels).backward();
        Assert.That(optimizer.GradientNorm(), Is.EqualTo(2 * once).Within(1e-6 * once));
        optimizer.Update(1e-3);
        Assert.That(optimizer.GradientNorm(), Is.Zero);
    }

    [Test]
    public void Gradients_cleared_or_replaced_by_others_are_found_again()
    {
        using var model = Model();
        using var optimizer = new SimdAdamW(model, Options);
        var input = TensorAssert.Random(1, 4, 13);
        var labels = TensorAssert.RandomTokens(1, 7, 4);
        model.Loss(input, labels).backward();
        var expected = optimizer.GradientNorm();
        model.zero_grad(set_to_none: true); // as much code for PyTorch does
        model.Loss(input, labels).backward();
        Assert.That(optimizer.GradientNorm(), Is.EqualTo(expected));
        model.zero_grad(set_to_none: true);
        Assert.That(optimizer.GradientNorm(), Is.Zero);
    }

    [Test]
    public void The_model_computes_the_same_after_its_parameters_have_moved()
    {
        using var model = Model();
        var input = TensorAssert.Random(1, 4, 13);
        var before = model.Logits(input);
        torch.Tensor during;
        using (new SimdAdamW(model, Options))
        {
            during = model.Logits(input);
        }

        TensorAssert.Same(during, before);
        TensorAssert.Same(model.Logits(input), before, "after the optimizer is gone");
    }

    [Test]
    public void Frozen_parameters_stay_as_they_are()
    {
        using var model = Model();
        model.Layers[0].Weight.requires_grad = false;
        var before = model.Layers[0].Weight.clone();
        using var optimizer = new SimdAdamW(model, Options);
        model.Loss(TensorAssert.Random(1, 4, 13), TensorAssert.RandomTokens(1, 7, 4)).backward();
        optimizer.Step(0.1);
        TensorAssert.Same(model.Layers[0].Weight, before);
        Assert.That(optimizer.Parameters.Count, Is.EqualTo(model.Config.ParameterCount - before.numel()));
    }

    [Test]
    public void An_optimizer_whose_model_was_taken_over_says_so()
    {
        using var model = Model();
        using var first = new SimdAdamW(model, Options);
        using var second = new SimdAdamW(model, Options);
        Assert.That(() => first.Step(0.1), Throws.InvalidOperationException.With.Message.Contains("Another optimizer"));
        Assert.That(() => second.Step(0.1), Throws.Nothing);
    }

    [Test]
    public void Split_gives_the_moments_the_names_and_shapes_of_the_parameters()
    {
        using var model = Model();
        using var optimizer = new SimdAdamW(model, Options);
        var parts = optimizer.Parameters.Split(optimizer.Parameters.Values).ToDictionary(part => part.Name, part => part.View);
        foreach (var (name, parameter) in model.named_parameters())
        {
            TensorAssert.Same(parts[name], parameter, name);
        }
    }

    [Test]
    public void A_training_step_makes_no_tensor_on_the_CPU_by_mistake()
    {
        // The meta device computes shapes only and refuses to mix with tensors from elsewhere: as a GPU would.
        var meta = new torch.Device(DeviceType.META);
        var config = new GptConfig
        {
            VocabularySize = 11,
            BlockSize = 6,
            Layers = 1,
            Heads = 2,
            Width = 8,
            Attention = AttentionKernel.WrittenOut,
            Causal = false,
        };
        using var gpt = new Gpt(config, seed: 1, meta);
        using var optimizer = AdamW.For(gpt, Options);
        Assert.That(optimizer, Is.InstanceOf<TensorAdamW>());
        var text = TokenArray.From(Enumerable.Range(0, 50).Select(i => i % 10));
        // Batches are read on the CPU and put on the model's device.
        var task = new LanguageModelTask(gpt, new RandomWindows(text, 2, 6, seed: 1));
        task.Loss(0).backward();
        optimizer.Update(1e-3, gradientScale: 0.5);
        Assert.That(optimizer.Parameters.Values.device_type, Is.EqualTo(DeviceType.META));
        Assert.That(gpt.parameters().All(p => p.device_type == DeviceType.META && p.grad!.device_type == DeviceType.META), Is.True);
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var model = Model();
        foreach (var bad in new[]
        {
            Options with { Beta1 = 1 }, Options with { Beta2 = -0.1 }, Options with { Epsilon = 0 }, Options with { WeightDecay = double.NaN },
        })
        {
            Assert.That(() => new SimdAdamW(model, bad), Throws.InstanceOf<ArgumentOutOfRangeException>(), bad.ToString);
        }

        using var doubles = new Mlp([2, 2], device: torch.CPU);
        doubles.to(torch.float64);
        Assert.That(() => new TensorAdamW(doubles, Options), Throws.ArgumentException.With.Message.Contains("float32"));
        using var meta = new Mlp([2, 2], device: new torch.Device(DeviceType.META));
        Assert.That(() => new SimdAdamW(meta, Options), Throws.ArgumentException.With.Message.Contains("CPU"));
    }

    private static Theirs.ParamGroup Group(IEnumerable<TorchSharp.Modules.Parameter> parameters, double decay) =>
        new(parameters, new Theirs.Options { weight_decay = decay });
}
