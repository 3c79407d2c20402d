using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public sealed class SideBySideTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static Gpt Model(int width) => new(new GptConfig { VocabularySize = 8, BlockSize = 8, Layers = 1, Heads = 2, Width = width }, seed: 3, torch.CPU);

    private static Trainer Training(Gpt model, long steps) => new(
        new LanguageModelTask(model, TokenArray.From([.. Enumerable.Range(0, 400).Select(i => (i * i) % 8)]), validation: null, batchSize: 4, seed: 5),
        new TrainerOptions { Steps = steps, LearningRate = 1e-2, Seed = 7 });

    private static float[] Learn(int width)
    {
        using var model = Model(width);
        using var trainer = Training(model, steps: 20);
        trainer.Run();
        using var scope = TorchRuntime.Scope();
        return [.. model.parameters().SelectMany(p => p.detach().flatten().data<float>())];
    }

    [Test]
    public void Trainings_end_with_the_very_numbers_they_end_with_one_after_another()
    {
        int[] widths = [8, 16, 8, 32, 16];
        var alone = widths.Select(Learn).ToArray();
        foreach (var atOnce in (int?[])[null, 1, 2, 5])
        {
            Assert.That(SideBySide.Run(widths, Learn, atOnce), Is.EqualTo(alone), $"{atOnce} at once");
        }
    }

    [Test]
    public void Trainings_leave_no_tensors_behind()
    {
        Gpt[] models = [Model(8), Model(16), Model(8)];
        var trainings = models.Select(model => Training(model, steps: 100)).ToArray();
        SideBySide.Run(trainings, training => training.Run(until: 10), 2);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = TorchRuntime.LiveTensors;
        for (var pause = 20; pause <= 100; pause += 20)
        {
            SideBySide.Run(trainings, training => training.Run(until: pause), 2);
            Assert.That(TorchRuntime.LiveTensors, Is.EqualTo(before));
        }

        Array.ForEach(trainings, training => training.Dispose());
        Array.ForEach(models, model => model.Dispose());
    }

    [Test]
    public void They_run_at_the_same_time_but_no_more_of_them_than_asked_for()
    {
        using var together = new Barrier(3);
        var (now, most) = (0, 0);
        var met = SideBySide.Run(
            Enumerable.Range(0, 6),
            _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                var all = together.SignalAndWait(Patience);    // nobody comes through before three are here
                Interlocked.Decrement(ref now);
                return all;
            },
            atOnce: 3);
        Assert.That(met, Is.EqualTo(Enumerable.Repeat(true, 6)));
        Assert.That(most, Is.EqualTo(3));
    }

    [Test]
    public void The_last_is_begun_first()
    {
        var begun = new List<int>();
        SideBySide.Run(new[] { 1, 2, 3 }.Select(item => (Action)(() => begun.Add(item))), work => { work(); return true; }, atOnce: 1);
        Assert.That(begun, Is.EqualTo(new[] { 3, 2, 1 }));
    }

    [Test]
    public void Each_has_one_thread_and_the_caller_keeps_his()
    {
        var before = TorchRuntime.Threads;
        try
        {
            TorchRuntime.Threads = 2;
            Assert.That(SideBySide.Run([0, 1, 2], _ => TorchRuntime.Threads, 2), Is.EqualTo(new[] { 1, 1, 1 }));
            Assert.That(TorchRuntime.Threads, Is.EqualTo(2));
            Assert.That(() => SideBySide.Run(() => throw new NotSupportedException()), Throws.TypeOf<NotSupportedException>());
            Assert.That(TorchRuntime.Threads, Is.EqualTo(2));
        }
        finally
        {
            TorchRuntime.Threads = before;
        }
    }

    [Test]
    public void What_one_throws_comes_out_and_ends_the_others()
    {
        using var waiting = new ManualResetEventSlim();
        var (ended, begun) = (false, 0);
        Assert.That(() => SideBySide.Run([0, 1, 2], Work, 2), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("2 is wrong"));
        Assert.That(ended, "whoever works is interrupted, and waited for");
        Assert.That(begun, Is.EqualTo(2), "nothing new is begun");

        int Work(int item)
        {
            Interlocked.Increment(ref begun);
            if (item == 2)
            {
                waiting.Wait(Patience);
                throw new InvalidDataException("2 is wrong");
            }

            try
            {
                waiting.Set();
                for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until;)
                {
                    Interruption.Point();
                }

                return 0;
            }
            finally
            {
                ended = true;
            }
        }
    }

    [Test]
    public void An_interrupt_of_the_caller_interrupts_all()
    {
        using var working = new CountdownEvent(2);
        var ended = 0;
        Exception? thrown = null;
        var caller = new Thread(() =>
        {
            try
            {
                SideBySide.Run(Work, Work);
            }
            catch (Exception error)
            {
                thrown = error;
            }
        });
        caller.Start();
        Assert.That(working.Wait(Patience) || Environment.ProcessorCount < 2);
        caller.Interrupt();
        Assert.That(caller.Join(Patience));
        Assert.That(thrown, Is.TypeOf<OperationCanceledException>());
        Assert.That(ended, Is.EqualTo(2 - working.CurrentCount), "all had ended before the caller went on");

        void Work()
        {
            working.Signal();
            try
            {
                for (var until = DateTime.UtcNow + (2 * Patience); DateTime.UtcNow < until;)
                {
                    Interruption.Point();
                }
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }
    }

    [Test]
    public void Different_works_give_their_results_in_order()
    {
        Assert.That(SideBySide.Run(() => 1.5, () => 2.5), Is.EqualTo(new[] { 1.5, 2.5 }));
        var done = new bool[2];
        SideBySide.Run(() => { done[0] = true; }, () => { done[1] = true; });
        Assert.That(done, Is.All.True);
        Assert.That(SideBySide.Run(Array.Empty<int>(), item => item), Is.Empty);
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => SideBySide.Run<int, int>(null!, item => item), Throws.ArgumentNullException);
        Assert.That(() => SideBySide.Run<int, int>([1], null!), Throws.ArgumentNullException);
        Assert.That(() => SideBySide.Run((Action[])null!), Throws.ArgumentNullException);
        Assert.That(() => SideBySide.Run((Func<int>[])null!), Throws.ArgumentNullException);
        Assert.That(() => SideBySide.Run([1], item => item, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("atOnce"));
    }
}
