using TorchSharp;

namespace Course.Data;

/// <summary>Examples with measured features and a known class: what supervised learning starts from.</summary>
public sealed record LabelledTable
{
    /// <summary>Makes a table.</summary>
    /// <param name="name">A short name for charts and messages.</param>
    /// <param name="features">The features: (example, feature).</param>
    /// <param name="labels">The class of each example, from 0 up to, and not including, the number of label names.</param>
    /// <param name="featureNames">A name for each feature.</param>
    /// <param name="labelNames">A name for each class.</param>
    /// <param name="provenance">Source and licence in a sentence.</param>
    /// <exception cref="ArgumentException">The sizes do not agree, a feature is not finite, or a label names no class.</exception>
    public LabelledTable(
        string name, float[,] features, int[] labels, IReadOnlyList<string> featureNames, IReadOnlyList<string> labelNames, string provenance)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(featureNames);
        ArgumentNullException.ThrowIfNull(labelNames);
        if (features.GetLength(0) != labels.Length || features.GetLength(1) != featureNames.Count)
        {
            throw new ArgumentException(
                $"{name}: {features.GetLength(0)} × {features.GetLength(1)} features do not go with {labels.Length} labels and "
                + $"{featureNames.Count} feature names.", nameof(features));
        }

        var wrong = Array.FindIndex(labels, l => l < 0 || l >= labelNames.Count);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"{name}: the label of example {wrong} is {labels[wrong]}, but there are {labelNames.Count} classes, numbered from 0.", nameof(labels));
        }

        foreach (var value in features)
        {
            if (!float.IsFinite(value))
            {
                throw new ArgumentException($"{name}: a feature is {value}. Every feature must be a finite number.", nameof(features));
            }
        }

        (Name, Features, Labels, FeatureNames, LabelNames, Provenance) = (name, features, labels, featureNames, labelNames, provenance);
    }

    /// <summary>A short name for charts and messages.</summary>
    public string Name { get; }

    /// <summary>The features: (example, feature).</summary>
    public float[,] Features { get; }

    /// <summary>The class of each example.</summary>
    public int[] Labels { get; }

    /// <summary>A name for each feature.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>Source and licence in a sentence.</summary>
    public string Provenance { get; }

    /// <summary>The number of examples.</summary>
    public int Count => Labels.Length;

    /// <summary>A copy of the features of one example.</summary>
    /// <param name="index">The example's number, from 0.</param>
    public float[] Row(int index)
    {
        var row = new float[FeatureNames.Count];
        for (var feature = 0; feature < row.Length; feature++)
        {
            row[feature] = Features[index, feature];
        }

        return row;
    }

    /// <summary>Some of the examples, in the given order.</summary>
    /// <param name="indices">The examples' numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no example of a number.</exception>
    public LabelledTable Take(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var features = new float[indices.Count, FeatureNames.Count];
        var labels = new int[indices.Count];
        for (var i = 0; i < indices.Count; i++)
        {
            if (indices[i] < 0 || indices[i] >= Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), indices[i], $"{Name} has {Count} examples, numbered from 0.");
            }

            labels[i] = Labels[indices[i]];
            for (var feature = 0; feature < FeatureNames.Count; feature++)
            {
                features[i, feature] = Features[indices[i], feature];
            }
        }

        return new LabelledTable(Name, features, labels, FeatureNames, LabelNames, Provenance);
    }

    /// <summary>
    /// Deals the examples to a part to train on and a part to test on, each class in the same share (a stratified split), in a seeded
    /// order.
    /// </summary>
    /// <param name="testFraction">The share of every class that goes to the test part, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another division.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public (LabelledTable Train, LabelledTable Test) Split(double testFraction = 0.2, long seed = 0)
    {
        TextSplits.CheckFraction(testFraction);
        var train = new List<int>();
        var test = new List<int>();
        var random = SplitMix64.For(seed, index: 0);
        for (var label = 0; label < LabelNames.Count; label++)
        {
            var members = Enumerable.Range(0, Count).Where(i => Labels[i] == label).ToArray();
            random.Shuffle<int>(members);
            var toTest = (int)Math.Round(members.Length * testFraction, MidpointRounding.AwayFromZero);
            test.AddRange(members[..toTest]);
            train.AddRange(members[toTest..]);
        }

        // Not one class after the other: a model that trains on them in order would see only zeros first.
        var (trainOrder, testOrder) = (train.ToArray(), test.ToArray());
        random.Shuffle<int>(trainOrder);
        random.Shuffle<int>(testOrder);
        return (Take(trainOrder), Take(testOrder));
    }

    /// <summary>The table as tensors. The caller disposes them.</summary>
    /// <param name="device">Where the tensors are put.</param>
    /// <returns>Features: (example, feature), float32. Labels: (example), int64.</returns>
    public (torch.Tensor Features, torch.Tensor Labels) ToTensors(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return (
            torch.tensor(Features, dtype: torch.ScalarType.Float32, device: device),
            torch.tensor(Array.ConvertAll(Labels, l => (long)l), dtype: torch.ScalarType.Int64, device: device));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count} examples, {FeatureNames.Count} features, {LabelNames.Count} classes";
}
