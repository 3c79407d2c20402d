using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Runtime;

/// <summary>
/// TorchSharp frees numbers that libtorch is still to read when another thread collects garbage at the wrong moment; the build mends
/// that (lib/Course/Runtime/TorchSharp.targets).
/// </summary>
[TestFixture]
public class ArgumentLifetimeTests
{
    [Test]
    public void Numbers_live_until_the_operation_that_uses_them_is_over()
    {
        const int Collections = 1000; // one in ten met an addition, once its code was optimised
        var left = Collections;
        var collector = new Thread(() =>
        {
            for (; left > 0; left--)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        using var x = torch.ones(64, device: torch.CPU);
        // Enough operations that unmended methods would be optimised before the collections begin.
        Add(2000);
        collector.Start();
        while (collector.IsAlive)
        {
            Add(100);
        }

        void Add(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var scope = torch.NewDisposeScope();
                var sum = (x + 0.25) * 3.0;
                Assert.That(sum[i % 64].item<float>(), Is.EqualTo(3.75f));
            }
        }
    }
}
