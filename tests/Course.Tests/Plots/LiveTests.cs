using Course.Plots;
using Course.Training;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>Things that move in place below a cell.</summary>
[NonParallelizable]
public sealed class LiveTests
{
    private readonly List<object> shown = [];
    private readonly Clock clock = new();
    private int places;

    [SetUp]
    public void Listen()
    {
        shown.Clear();
        places = 0;
        LiveDisplay.Host = value =>
        {
            places++;
            shown.Add(value);
            return shown.Add;
        };
    }

    [TearDown]
    public void StopListening() => LiveDisplay.Host = null;

    [Test]
    public void ABarMovesInOnePlaceAndNotTooOften()
    {
        var bar = new ProgressBar("Reading", 100, "files", clock);
        for (var i = 0; i < 100; i++)
        {
            clock.Now += TimeSpan.FromMilliseconds(10);
            bar.Step();
        }

        Assert.That(places, Is.EqualTo(1));
        Assert.That(shown, Has.Count.InRange(10, 12), "one in 100 ms, and the last");
        Assert.That(shown[^1].ToString(), Is.EqualTo("Reading [####################] 100 of 100 files, 1 s"));
    }

    [Test]
    public void WhatIsLeftFollowsFromWhatIsDone()
    {
        var bar = new ProgressBar("Reading", 4, "", clock);
        clock.Now += TimeSpan.FromSeconds(100);
        bar.Report(1, "a <b>");

        Assert.That(bar.ToString(), Is.EqualTo("Reading [#####...............] 1 of 4, about 5:00 min left · a <b>"));
        Assert.That(bar.ToHtml(), Does.Contain("value=\"1\" max=\"4\"").And.Contain("a &lt;b&gt;").And.Not.Contain("<b>"));
        bar.Report(-3);
        Assert.That(bar.Done, Is.Zero);
        bar.Report(99);
        Assert.That(bar.Done, Is.EqualTo(4));
    }

    [Test]
    public void ManyThreadsMayReport()
    {
        var bar = new ProgressBar("Counting", 10_000);
        Parallel.For(0, 10_000, _ => bar.Step());
        Assert.That(bar.Done, Is.EqualTo(10_000));
        Assert.That(shown[^1].ToString(), Does.Contain("10,000 of 10,000"));
    }

    [Test]
    public void WithoutANotebookNothingIsShownAndNothingFails()
    {
        LiveDisplay.Host = null;
        var bar = new ProgressBar("Reading", 2);
        bar.Step();
        bar.Step();
        Assert.That(bar.Done, Is.EqualTo(2));
    }

    [Test]
    public void NonsenseIsRefused()
    {
        Assert.That(() => new ProgressBar("", 2), Throws.ArgumentException);
        Assert.That(() => new ProgressBar("a", 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ProgressBar("a", 1, null!), Throws.ArgumentNullException);
        Assert.That(() => new LiveLossChart("a").Report(null!), Throws.ArgumentNullException);
        Assert.That(() => new LiveLossChart("a").Picture, Throws.InvalidOperationException);
    }

    [Test]
    public void TheLossCurveGrowsAndTheFinishedOneStays()
    {
        var chart = new LiveLossChart("Does it learn?");
        chart.Report(new TrainingProgress(0, 3, null, new Evaluation(4), "tokens"));
        Assert.That(shown, Is.Empty, "a curve needs an update");
        for (var step = 1; step <= 3; step++)
        {
            chart.Report(new TrainingProgress(step, 3, new TrainingStep(step, 4.0 / step, 0.1, 1, 100), null, "tokens"));
        }

        chart.Report(new TrainingProgress(3, 3, null, new Evaluation(2), "tokens"));
        Assert.That(places, Is.EqualTo(1));
        Assert.That(((Picture)shown[^1]).ToText(), Does.Contain("Does it learn?").And.Contain("validation").And.Contain("1.333"));
        Assert.That(shown, Has.Count.EqualTo(3), "the first, the last update, the last evaluation");
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
