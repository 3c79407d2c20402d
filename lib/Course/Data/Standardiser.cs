namespace Course.Data;

/// <summary>
/// Shifts and scales each feature to mean 0 and standard deviation 1. Means and deviations are measured on the training examples only:
/// measured on all, they would carry knowledge of the test examples into training.
/// </summary>
public sealed class Standardiser
{
    private Standardiser(float[] means, float[] deviations)
    {
        Means = means;
        Deviations = deviations;
    }

    /// <summary>The mean of each feature.</summary>
    public IReadOnlyList<float> Means { get; }

    /// <summary>The standard deviation of each feature (divided by n, not n − 1); 1 for a feature that never changes.</summary>
    public IReadOnlyList<float> Deviations { get; }

    /// <summary>Measures the examples to train on.</summary>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    public static Standardiser Fit(LabelledTable train)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (train.Count == 0)
        {
            throw new ArgumentException($"{train.Name} has no examples to measure.", nameof(train));
        }

        var means = new float[train.FeatureNames.Count];
        var deviations = new float[means.Length];
        for (var feature = 0; feature < means.Length; feature++)
        {
            // In double, and in two passes: a sum of squares minus a square loses its digits when the mean is large.
            double sum = 0, squares = 0;
            for (var i = 0; i < train.Count; i++)
            {
                sum += train.Features[i, feature];
            }

            var mean = sum / train.Count;
            for (var i = 0; i < train.Count; i++)
            {
                squares += Math.Pow(train.Features[i, feature] - mean, 2);
            }

            means[feature] = (float)mean;
            // A pixel that is always blank has deviation 0; dividing by it would give NaN.
            deviations[feature] = squares > 0 ? (float)Math.Sqrt(squares / train.Count) : 1;
        }

        return new Standardiser(means, deviations);
    }

    /// <summary>The table with its features shifted and scaled; the table itself stays as it is.</summary>
    /// <exception cref="ArgumentException">The table has another number of features.</exception>
    public LabelledTable Apply(LabelledTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.FeatureNames.Count != Means.Count)
        {
            throw new ArgumentException(
                $"{table.Name} has {table.FeatureNames.Count} features; the standardiser was fitted on {Means.Count}.", nameof(table));
        }

        var features = new float[table.Count, Means.Count];
        for (var i = 0; i < table.Count; i++)
        {
            for (var feature = 0; feature < Means.Count; feature++)
            {
                features[i, feature] = (table.Features[i, feature] - Means[feature]) / Deviations[feature];
            }
        }

        return new LabelledTable(table.Name, features, table.Labels, table.FeatureNames, table.LabelNames, table.Provenance);
    }
}
