namespace Course.Alignment.Reinforcement;

/// <summary>Collects the measurements of an iteration.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, double> values = [];

    public IReadOnlyDictionary<string, double> Values => values;

    public void Set(string name, double value) => values[name] = value;

    /// <summary>Adds a piece's share in a mean.</summary>
    public void Add(string name, double share) => values[name] = values.GetValueOrDefault(name) + share;

    /// <summary>Takes the measurements of one more update into the means over the updates.</summary>
    public void Average(Measurements update, int count)
    {
        foreach (var (name, value) in update.values)
        {
            var mean = values.GetValueOrDefault(name);
            values[name] = mean + ((value - mean) / count);
        }
    }
}
