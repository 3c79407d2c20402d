using System.Text.Json;

namespace Course.Alignment.Chain;

/// <summary>One line of a stage's chart.</summary>
/// <param name="Name">What it measures.</param>
/// <param name="X">Updates or iterations.</param>
/// <param name="Y">The measurements.</param>
public sealed record StageCurve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The means of every few neighbours, because a single iteration says little.</summary>
    /// <param name="width">Of how many; of all of them, where the curve has fewer.</param>
    /// <returns>One mean for each place where that many neighbours begin.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
    public IReadOnlyList<double> Means(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        width = Math.Min(width, Y.Count);
        return [.. Enumerable.Range(0, Y.Count == 0 ? 0 : Y.Count - width + 1).Select(start => Y.Skip(start).Take(width).Average())];
    }
}

/// <summary>Something a model wrote.</summary>
/// <param name="Prompt">What it was asked.</param>
/// <param name="Answer">What it answered.</param>
/// <param name="Note">What there is to say about it, such as its reward.</param>
public sealed record StageSample(string Prompt, string Answer, string Note = "");

/// <summary>
/// What a stage has to tell when it is done: numbers, curves, samples. It is stored beside the stage's model, and its file is written
/// last: where it is, the stage is complete.
/// </summary>
public sealed record StageReport
{
    /// <summary>The name of the stage.</summary>
    public required string Stage { get; init; }

    /// <summary>How long it took in all, in seconds, interruptions aside.</summary>
    public double Seconds { get; init; }

    /// <summary>Numbers by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>What went on during the stage.</summary>
    public IReadOnlyList<StageCurve> Curves { get; init; } = [];

    /// <summary>What the model writes now.</summary>
    public IReadOnlyList<StageSample> Samples { get; init; } = [];

    /// <summary>Tables and remarks, in Markdown.</summary>
    public string Text { get; init; } = "";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, MaxDepth = 8, Converters = { new ExactDoubleConverter() } };

    /// <summary>A number.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">The stage has no such number.</exception>
    public double this[string name] => Metrics.TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException($"The stage '{Stage}' has no number '{name}'. It has {string.Join(", ", Metrics.Keys)}.");

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal static StageReport FromJson(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<StageReport>(json, Json) ?? throw new JsonException("there is nothing in it");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is no report of a stage: {e.Message} Delete it to run the stage again.", e);
        }
    }
}
