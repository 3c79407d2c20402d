using Course.Runtime;
using NUnit.Framework;

namespace Course.Tests.Runtime;

[TestFixture]
public class InterruptionTests
{
    [Test]
    public void A_thread_told_to_stop_stops_at_the_next_point()
    {
        Assert.That(() => Interruption.Point(), Throws.Nothing);
        Thread.CurrentThread.Interrupt();
        Assert.That(() => Interruption.Point(), Throws.InstanceOf<OperationCanceledException>()
            .With.InnerException.TypeOf<ThreadInterruptedException>());
        Assert.That(() => Interruption.Point(), Throws.Nothing, "one interrupt stops one loop");
    }

    [Test]
    public void A_cancelled_token_stops_too() => Assert.That(
        () => Interruption.Point(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void Work_that_must_be_whole_is_finished_before_the_interrupt_counts()
    {
        using var started = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var (finished, stopped) = (false, false);
        var thread = new Thread(() =>
        {
            Interruption.HoldBack(() =>
            {
                started.Set();
                release.Wait();
                finished = true;
            });
            try
            {
                Interruption.Point();
            }
            catch (OperationCanceledException)
            {
                stopped = finished;
            }
        });
        thread.Start();
        started.Wait();
        thread.Interrupt();
        thread.Interrupt();
        release.Set();
        thread.Join();
        Assert.That(stopped, Is.True);
    }

    [Test]
    public void What_the_work_throws_is_thrown() =>
        Assert.That(() => Interruption.HoldBack(() => throw new InvalidDataException("bad")), Throws.InstanceOf<InvalidDataException>());
}
