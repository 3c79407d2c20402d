using Course.Scaling;
using NUnit.Framework;

namespace Course.Tests.Scaling;

public sealed class ScalingSweepTests
{
    private string folder = null!;

    [SetUp]
    public void Open() => folder = Directory.CreateTempSubdirectory("sweep").FullName;

    [TearDown]
    public void Close() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_sweep_that_was_stopped_goes_on_where_it_was()
    {
        var trained = new List<string>();
        using var stop = new CancellationTokenSource();
        PlannedRun Plan(string name, bool cancels = false) => new(name, (_, token) =>
        {
            if (cancels)
            {
                stop.Cancel();
            }

            token.ThrowIfCancellationRequested();
            trained.Add(name);
            return new ScalingRun("", 10, 100, 2.5, 1);
        });
        Assert.That(() => new ScalingSweep(folder).Run([Plan("a"), Plan("b"), Plan("c", cancels: true)], cancellation: stop.Token), Throws.InstanceOf<OperationCanceledException>());

        var results = new ScalingSweep(folder).Run([Plan("a"), Plan("b"), Plan("c")]);

        Assert.That(trained, Is.EqualTo(new[] { "a", "b", "c" }), "none twice");
        Assert.That(results.Select(run => run.Name), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(results[0], Is.EqualTo(new ScalingRun("a", 10, 100, 2.5, 1)));
        Assert.That(results[0].Flops, Is.EqualTo(6000));
    }

    [Test]
    public void A_failure_is_told_and_the_rest_goes_on()
    {
        var told = new List<string>();
        var results = new ScalingSweep(folder).Run(
            [new("bad", (_, _) => throw new InvalidOperationException("diverged")), new("good", (_, _) => new ScalingRun("", 1, 1, 1, 1))],
            (name, run, error) => told.Add($"{name}: {run?.Loss.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? error!.Message}"));

        Assert.That(told, Is.EqualTo(new[] { "bad: diverged", "good: 1" }));
        Assert.That(results, Has.Count.EqualTo(1));
    }

    [TestCase("../up")]
    [TestCase("..")]
    [TestCase("")]
    [TestCase("a/b")]
    public void A_name_that_leaves_the_folder_is_refused(string name) =>
        Assert.That(() => new ScalingSweep(folder).Run([new(name, (_, _) => null!)]), Throws.ArgumentException);

    [Test]
    public void Names_come_once() => Assert.That(
        () => new ScalingSweep(folder).Run([new("a", (_, _) => null!), new("A", (_, _) => null!)]), Throws.ArgumentException.With.Message.Contains("called 'a'"));

    [TestCase("not json")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("")]
    [TestCase("{\"Name\":\"a\",\"Parameters\":-1,\"Tokens\":1,\"Loss\":1,\"Seconds\":1}")]
    public void A_damaged_file_is_named_with_its_line(string line)
    {
        File.WriteAllText(Path.Combine(folder, "results.jsonl"), "{\"Name\":\"a\",\"Parameters\":1,\"Tokens\":1,\"Loss\":1,\"Seconds\":1}\n" + line + "\n");
        Assert.That(() => new ScalingSweep(folder), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("line 2").And.Message.Contains("results.jsonl"));
    }
}
