using Course.Training;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Training;

[TestFixture]
public class LearningRateScheduleTests
{
    [TestCase(0, 1e-3 / 101)]
    [TestCase(99, 1e-3 * 100 / 101)]
    [TestCase(100, 1e-3)]
    [TestCase(1050, 0.55e-3)]
    [TestCase(2000, 1e-4)]
    [TestCase(9999, 1e-4)]
    public void Warm_up_and_cosine_take_nanoGPTs_values(long step, double expected)
    {
        var schedule = LearningRateSchedule.WarmupCosine(1e-3, 100, 2000, 1e-4);
        Assert.That(schedule.At(step), Is.EqualTo(expected).Within(1e-12));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public FsCheck.Property The_rate_rises_then_falls_and_stays_between_its_limits(ushort warmup, ushort rest, byte share)
    {
        var final = 0.01 * share / 255;
        var schedule = LearningRateSchedule.WarmupCosine(0.01, warmup, warmup + rest, final);
        var total = warmup + rest;
        var samples = Enumerable.Range(0, 50).Select(i => (long)i * (total + 5) / 49).Distinct().ToList();
        var rates = samples.Select(schedule.At).ToList();
        var fine = rates.All(rate => rate > 0 || final == 0) && rates.All(rate => rate is >= 0 and <= 0.01 + 1e-15);
        for (var i = 1; i < samples.Count; i++)
        {
            fine &= samples[i] < warmup ? rates[i] >= rates[i - 1] : samples[i - 1] < warmup || rates[i] <= rates[i - 1] + 1e-15;
        }

        return fine.ToProperty();
    }

    [Test]
    public void Without_any_update_to_fall_over_the_rate_is_the_final_one() =>
        Assert.That(LearningRateSchedule.WarmupCosine(1, 5, 5, 0.25).At(5), Is.EqualTo(0.25));

    [Test]
    public void Constant_is_constant() => Assert.That(LearningRateSchedule.Constant(0.3).At(1_000_000), Is.EqualTo(0.3));

    [Test]
    public void Nonsense_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => LearningRateSchedule.Constant(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => LearningRateSchedule.Constant(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => LearningRateSchedule.WarmupCosine(1, -1, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => LearningRateSchedule.WarmupCosine(1, 6, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => LearningRateSchedule.WarmupCosine(1, 0, 5, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => LearningRateSchedule.WarmupCosine(-1, 0, 5, -2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void A_staircase_falls_by_its_factor_at_each_stair()
    {
        var schedule = LearningRateSchedule.Steps(0.8, every: 3, factor: 0.5);
        Assert.That(Enumerable.Range(0, 8).Select(step => schedule.At(step)), Is.EqualTo(new[] { 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2 }));
        Assert.That(schedule.ToString(), Is.EqualTo("0.8, times 0.5 every 3"));
        Assert.That(() => LearningRateSchedule.Steps(0, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Steps(1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Steps(1, 3, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Steps(1, 3, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
