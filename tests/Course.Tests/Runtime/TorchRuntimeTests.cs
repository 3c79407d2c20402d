using Course.Runtime;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Runtime;

[TestFixture]
public class TorchRuntimeTests
{
    [Test]
    public void Torch_loads_without_any_manual_step()
    {
        Assert.That(TorchRuntime.TryLoad(out var problem), Is.True, problem);
        Assert.That(File.Exists(TorchRuntime.LoadedFrom), Is.True);
        using var t = torch.arange(4, device: torch.CPU);
        Assert.That(t.sum().item<long>(), Is.EqualTo(6));
    }

    [Test]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_gives_others()
    {
        Assert.That(Draw(7), Is.EqualTo(Draw(7)));
        Assert.That(Draw(7), Is.Not.EqualTo(Draw(8)));

        static float[] Draw(long seed)
        {
            using var scope = TorchRuntime.Scope();
            TorchRuntime.Seed(seed);
            return torch.cat([torch.rand(3, device: torch.CPU), torch.randn(3, device: torch.CPU)]).data<float>().ToArray();
        }
    }

    [Test]
    public void A_scope_frees_what_was_made_inside()
    {
        TorchRuntime.EnsureLoaded();
        var before = TorchRuntime.LiveTensors;
        using (TorchRuntime.Scope())
        {
            var kept = torch.zeros(3, device: torch.CPU);
            Assert.That(TorchRuntime.LiveTensors, Is.GreaterThan(before));
        }

        Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void The_thread_count_can_be_set_and_refuses_zero()
    {
        var before = TorchRuntime.Threads;
        try
        {
            TorchRuntime.Threads = 2;
            Assert.That(torch.get_num_threads(), Is.EqualTo(2));
            Assert.That(() => TorchRuntime.Threads = 0, Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
        finally
        {
            TorchRuntime.Threads = before;
        }
    }
}
