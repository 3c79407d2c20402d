using System.Text.Json;
using Course.Models;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>The course of a training as a file of JSON lines.</summary>
[TestFixture]
public class MetricLogTests : TrainerFixture
{
    [Test]
    public void Every_update_and_evaluation_is_one_line_of_JSON_in_order()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with { LogFile = Log, Steps = 20 });
        var seen = new List<int>();
        var history = trainer.Run(progress => seen.Add(File.ReadAllLines(Log).Length));
        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, 20 + 3)), "a line is there as soon as the news is");
        var lines = Lines();
        Assert.Multiple(() =>
        {
            Assert.That(lines.Select(line => (line.Kind, line.Step)), Is.EqualTo(
                Enumerable.Range(0, 21).SelectMany(step => (IEnumerable<(string, long)>)[
                    .. step > 0 ? [("update", step)] : Array.Empty<(string, long)>(),
                    .. step % 10 == 0 ? [("evaluation", step)] : Array.Empty<(string, long)>()])));
            Assert.That(lines.Where(line => line.Kind == "update").Select(line => line.Loss), Is.EqualTo(history.Losses), "to the last bit");
            Assert.That(lines.Where(line => line.Kind == "evaluation").Select(line => line.Loss), Is.EqualTo(history.ValidationLosses));
        });
        using var update = JsonDocument.Parse(File.ReadAllLines(Log)[1]);
        Assert.That(update.RootElement.EnumerateObject().Select(property => property.Name), Is.EqualTo(
            new[] { "kind", "step", "loss", "learning_rate", "gradient_norm", "tokens_per_second" }));
    }

    [Test]
    public void A_killed_training_leaves_no_line_twice_and_no_half_line()
    {
        var options = Options with { LogFile = Log, CheckpointFolder = Checkpoints, CheckpointEvery = 6 };
        using (var gpt = new Gpt(Config, seed: 1, torch.CPU))
        using (var trainer = new Trainer(Task(gpt), options))
        {
            // Killed at update 15, in the middle of a line: the last checkpoint is that of update 12.
            Assert.That(
                () => trainer.Run(progress => { if (progress.Step == 15) { throw new InvalidOperationException("killed"); } }),
                Throws.InvalidOperationException);
        }

        File.AppendAllText(Log, "{\"kind\":\"upd");
        using var again = new Gpt(Config, seed: 2, torch.CPU);
        using var resumed = new Trainer(Task(again), options);
        Assert.That(resumed.Resume().Step, Is.EqualTo(12));
        var history = resumed.Run();
        var lines = Lines();
        Assert.That(lines.Where(line => line.Kind == "update").Select(line => line.Step), Is.EqualTo(Enumerable.Range(1, 30)));
        Assert.That(lines.Where(line => line.Kind == "update").Select(line => line.Loss), Is.EqualTo(history.Losses));
        Assert.That(lines.Where(line => line.Kind == "evaluation").Select(line => line.Step), Is.EqualTo(new[] { 0, 10, 20, 30 }));
    }

    [Test]
    public void A_training_in_several_runs_appends_and_one_from_the_beginning_replaces()
    {
        File.WriteAllText(Log, "of another training\n");
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with { LogFile = Log, EvaluateEvery = 0 });
        trainer.Run(until: 4);
        trainer.Run(until: 9);
        Assert.That(Lines().Where(line => line.Kind == "update").Select(line => line.Step), Is.EqualTo(Enumerable.Range(1, 9)));
        File.Delete(Log); // nobody holds it between two runs
    }

    [Test]
    public void A_log_that_cannot_be_written_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(Log);
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(Task(gpt), Options with { LogFile = Log });
        Assert.That(() => trainer.Run(), Throws.InstanceOf<IOException>().With.Message.Contains("log.jsonl"));
        Assert.That(() => new Trainer(Task(gpt), Options with { LogFile = " " }), Throws.ArgumentException);
    }

    private string Log => Path.Combine(Path.GetDirectoryName(Checkpoints)!, "log.jsonl");

    private List<(string Kind, long Step, double Loss)> Lines() => [.. File.ReadLines(Log).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return (root.GetProperty("kind").GetString()!, root.GetProperty("step").GetInt64(), root.GetProperty("loss").GetDouble());
    })];
}
