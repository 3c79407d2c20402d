namespace Course.Data;

/// <summary>The small tables that come inside the library. Their cards are in the folder <c>datasets</c>.</summary>
public static class Tables
{
    /// <summary>
    /// 1,797 handwritten digits of 8 × 8 pixels, each pixel from 0 (blank) to 16 (ink), row by row; the labels are 0 to 9.
    /// </summary>
    /// <remarks>E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998; CC BY 4.0.</remarks>
    public static LabelledTable OptDigits() => Load(
        "optdigits",
        headerLines: 0,
        [.. Enumerable.Range(0, 64).Select(i => FormattableString.Invariant($"row {i / 8}, column {i % 8}"))],
        [.. Enumerable.Range(0, 10).Select(i => FormattableString.Invariant($"{i}"))],
        "Optical Recognition of Handwritten Digits, Alpaydin and Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0");

    /// <summary>150 iris flowers of three species, each with four lengths in centimetres.</summary>
    /// <remarks>R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936; UCI Machine Learning Repository; CC BY 4.0.</remarks>
    public static LabelledTable Iris() => Load(
        "iris",
        headerLines: 1,
        ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
        ["setosa", "versicolor", "virginica"],
        "Iris, Fisher 1936, UCI Machine Learning Repository, CC BY 4.0");

    /// <summary>Opens a table that is stored inside the library.</summary>
    internal static Stream Open(string name) =>
        typeof(Tables).Assembly.GetManifestResourceStream($"datasets/{name}.csv")
        ?? throw new FileNotFoundException($"The library was built without datasets/{name}.csv. Build it again from a complete checkout.");

    private static LabelledTable Load(string name, int headerLines, string[] featureNames, string[] labelNames, string provenance)
    {
        using var reader = new StreamReader(Open(name));
        var rows = CsvNumbers.Read(reader, $"{name}.csv", headerLines);
        var features = new float[rows.Count, featureNames.Length];
        var labels = new int[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != featureNames.Length + 1)
            {
                throw new InvalidDataException($"{name}.csv has {rows[i].Length} columns instead of {featureNames.Length + 1}.");
            }

            for (var feature = 0; feature < featureNames.Length; feature++)
            {
                features[i, feature] = rows[i][feature];
            }

            labels[i] = (int)rows[i][^1];
        }

        return new LabelledTable(name, features, labels, featureNames, labelNames, provenance);
    }
}
