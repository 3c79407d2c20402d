using System.Text;
using System.Text.Json;
using Course.Models;

namespace Course.Training;

/// <summary>
/// The course of a training as a file of JSON lines, one object for every update and every evaluation, that other programs can follow
/// while it grows: <c>{"kind":"update","step":7,"loss":2.1,…}</c>, <c>{"kind":"evaluation","step":10,"loss":2.0}</c>.
/// </summary>
/// <remarks>
/// The file never says anything else than the <see cref="TrainingHistory"/>. When it is opened it is written anew from the history, so
/// lines that a killed run has left behind its last checkpoint, or left half written, disappear and none is there twice.
/// </remarks>
internal sealed class MetricLog : IDisposable
{
    private readonly FileStream stream;
    private readonly string unitName;

    public MetricLog(string path, TrainingHistory history, string unitName)
    {
        this.unitName = unitName;
        AtomicFile.Write(path, file =>
        {
            var evaluations = new Queue<EvaluationPoint>(history.Evaluations);
            foreach (var step in history.Steps)
            {
                WriteEvaluations(before: step.Step);
                file.Write(Line(step));
            }

            WriteEvaluations(before: long.MaxValue);

            void WriteEvaluations(long before)
            {
                while (evaluations.TryPeek(out var next) && next.Step < before)
                {
                    file.Write(Line(evaluations.Dequeue()));
                }
            }
        });
        stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Add(TrainingStep step) => Append(Line(step));

    public void Add(EvaluationPoint point) => Append(Line(point));

    public void Dispose() => stream.Dispose();

    // A whole line in one go, so that whoever reads along finds no half of one.
    private void Append(byte[] line)
    {
        try
        {
            stream.Write(line);
            stream.Flush();
        }
        catch (IOException e)
        {
            throw new IOException($"The log '{stream.Name}' could not be written: {e.Message}", e);
        }
    }

    private byte[] Line(TrainingStep step) => Line("update", step.Step, json =>
    {
        Number(json, "loss", step.Loss);
        Number(json, "learning_rate", step.LearningRate);
        Number(json, "gradient_norm", step.GradientNorm);
        Number(json, $"{unitName}_per_second", step.UnitsPerSecond);
    });

    private static byte[] Line(EvaluationPoint point) => Line("evaluation", point.Step, json =>
    {
        Number(json, "loss", point.Result.Loss);
        if (point.Result.Accuracy is { } accuracy)
        {
            Number(json, "accuracy", accuracy);
        }
    });

    private static byte[] Line(string kind, long step, Action<Utf8JsonWriter> numbers)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteNumber("step", step);
            numbers(json);
            json.WriteEndObject();
        }

        memory.Write(Encoding.UTF8.GetBytes("\n"));
        return memory.ToArray();
    }

    // JSON has no word for what is not a number.
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
