using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>The tuner on simulated machines, whose steps take times that are known.</summary>
[TestFixture]
public sealed class ThreadTunerTests
{
    private static double Alone(int threads) => threads switch { 4 => 1.0, 2 => 1.8, _ => 3.2 };

    // Another program on one of four cores: who uses that core, too, waits for it.
    private static double Beside(int threads) => threads switch { 4 => 3.0, 2 => 1.8, _ => 3.2 };

    private static int[] Run(ThreadTuner tuner, Func<int, double> seconds, int steps, int? noiseSeed = null)
    {
        var used = new int[steps];
        var noise = new Random(noiseSeed ?? 0);
        for (var step = 0; step < steps; step++)
        {
            used[step] = tuner.Threads;
            var factor = noiseSeed is null ? 1 : 0.9 + (0.2 * noise.NextDouble());
            tuner.Add(TimeSpan.FromSeconds(factor * seconds(tuner.Threads)));
        }

        return used;
    }

    [Test]
    public void Alone_it_keeps_all_threads_and_tries_others_less_and_less()
    {
        var used = Run(new ThreadTuner(4), Alone, 2000, noiseSeed: 1);
        Assert.That(used.Count(threads => threads != 4), Is.LessThan(0.04 * used.Length));
        Assert.That(used, Does.Contain(2), "it does try");
    }

    [Test]
    public void Beside_another_program_it_leaves_a_core_within_a_few_steps_and_comes_back_when_that_has_gone()
    {
        var tuner = new ThreadTuner(4);
        Run(tuner, Alone, 500, noiseSeed: 2);
        var beside = Run(tuner, Beside, 1000, noiseSeed: 3);
        Assert.That(Array.IndexOf(beside, 2), Is.LessThan(8));
        Assert.That(beside.Skip(10).Count(threads => threads == 2), Is.GreaterThan(0.9 * 990));
        var after = Run(tuner, Alone, 500, noiseSeed: 4);
        Assert.That(after.Skip(300).Count(threads => threads == 4), Is.GreaterThan(0.9 * 200));
    }

    [Test]
    public void Where_fewer_threads_are_faster_anyway_it_finds_the_fewest()
    {
        var used = Run(new ThreadTuner(8), threads => threads, 1000);
        Assert.That(used.Skip(300).Count(threads => threads == 1), Is.GreaterThan(0.9 * 700));
    }

    [Test]
    public void Steps_that_become_longer_for_good_are_tried_once_and_accepted()
    {
        var tuner = new ThreadTuner(2);
        Run(tuner, _ => 1, 200);
        var longer = Run(tuner, threads => threads == 2 ? 2 : 3.5, 500);
        Assert.That(longer.Count(threads => threads == 1), Is.InRange(3, 50));
    }

    [Test]
    public void One_thread_stays_one_and_none_is_refused()
    {
        Assert.That(Run(new ThreadTuner(1), Alone, 100), Is.All.EqualTo(1));
        Assert.That(() => new ThreadTuner(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_training_that_adapts_leaves_the_threads_as_they_were_and_learns_the_same()
    {
        var before = TorchRuntime.Threads;
        var text = TokenArray.From([.. Enumerable.Range(0, 500).Select(i => i * i % 7)]);
        var losses = new List<double>();
        foreach (var adapt in new[] { false, true })
        {
            using var gpt = new Gpt(new GptConfig { VocabularySize = 7, Layers = 1, Heads = 2, Width = 16, BlockSize = 8 }, seed: 1, torch.CPU);
            using var trainer = new Trainer(
                new LanguageModelTask(gpt, text, validation: null, batchSize: 4, seed: 1), new TrainerOptions { Steps = 60, AdaptThreads = adapt });
            losses.Add(trainer.Run().Losses[^1]);
        }

        Assert.That(TorchRuntime.Threads, Is.EqualTo(before));
        Assert.That(losses[1], Is.EqualTo(losses[0]).Within(1e-4), "only the order of sums may differ");
    }
}
