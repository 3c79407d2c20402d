using Course.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Data;

[TestFixture]
public class TablesTests
{
    private static LabelledTable Small(params float[] values)
    {
        var features = new float[values.Length, 1];
        for (var i = 0; i < values.Length; i++)
        {
            features[i, 0] = values[i];
        }

        return new LabelledTable("small", features, new int[values.Length], ["x"], ["only"], "typed here");
    }

    [Test]
    public void The_digits_are_those_of_the_card()
    {
        var digits = Tables.OptDigits();
        Assert.That(digits.Count, Is.EqualTo(1797));
        Assert.That(digits.FeatureNames, Has.Count.EqualTo(64));
        Assert.That(digits.Features.Cast<float>().Min(), Is.Zero);
        Assert.That(digits.Features.Cast<float>().Max(), Is.EqualTo(16));
        Assert.That(digits.Labels.CountBy(l => l).OrderBy(c => c.Key).Select(c => c.Value),
            Is.EqualTo(new[] { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 }));
        Assert.That(digits.ToString(), Is.EqualTo("optdigits: 1797 examples, 64 features, 10 classes"));
    }

    [Test]
    public void The_flowers_are_those_of_the_card()
    {
        var iris = Tables.Iris();
        Assert.That(iris.Labels.CountBy(l => l).Select(c => c.Value), Is.EqualTo(new[] { 50, 50, 50 }));
        Assert.That(iris.Row(0), Is.EqualTo(new[] { 5.1f, 3.5f, 1.4f, 0.2f }));
        Assert.That(Enumerable.Range(0, 150).Average(i => iris.Features[i, 2]), Is.EqualTo(3.758).Within(1e-4), "mean petal length");
    }

    [TestCase(0.2)]
    [TestCase(0.5)]
    public void A_split_keeps_the_share_of_every_class_and_loses_nothing(double fraction)
    {
        var digits = Tables.OptDigits();
        var (train, test) = digits.Split(fraction, seed: 1);
        for (var label = 0; label < 10; label++)
        {
            var all = digits.Labels.Count(l => l == label);
            Assert.That(test.Labels.Count(l => l == label), Is.EqualTo(all * fraction).Within(0.5));
        }

        Assert.That(Keys(train).Concat(Keys(test)).Order(), Is.EqualTo(Keys(digits).Order()));
        Assert.That(Keys(digits.Split(fraction, seed: 1).Train), Is.EqualTo(Keys(train)), "the same seed, the same division");
        Assert.That(Keys(digits.Split(fraction, seed: 2).Train), Is.Not.EqualTo(Keys(train)));
        Assert.That(train.Labels.Take(30).Distinct().Count(), Is.GreaterThan(5), "classes are mixed");

        static List<string> Keys(LabelledTable table) =>
            [.. Enumerable.Range(0, table.Count).Select(i => $"{table.Labels[i]}:{string.Join(',', table.Row(i))}")];
    }

    [Test]
    public void Standardising_is_fitted_on_the_training_part_only()
    {
        var (train, test) = Tables.OptDigits().Split(0.2, seed: 1);
        var standardiser = Standardiser.Fit(train);
        var (scaledTrain, scaledTest) = (standardiser.Apply(train), standardiser.Apply(test));
        for (var feature = 0; feature < 64; feature++)
        {
            var column = Enumerable.Range(0, train.Count).Select(i => (double)scaledTrain.Features[i, feature]).ToList();
            Assert.That(column.Average(), Is.Zero.Within(1e-4));
            var deviation = Math.Sqrt(column.Average(v => v * v));
            Assert.That(deviation, Is.EqualTo(1).Within(1e-4).Or.Zero, "1, or 0 for a pixel that is always blank");
        }

        Assert.That(scaledTest.Features[0, 20], Is.EqualTo((test.Features[0, 20] - standardiser.Means[20]) / standardiser.Deviations[20]));
        Assert.That(Enumerable.Range(0, test.Count).Average(i => scaledTest.Features[i, 20]), Is.Not.Zero.Within(1e-6), "the test part has its own mean");
    }

    [Test]
    public void Standardising_survives_a_constant_and_a_large_offset()
    {
        Assert.That(Standardiser.Fit(Small(7, 7, 7)).Apply(Small(7, 8)).Features, Is.EqualTo(new float[,] { { 0 }, { 1 } }));
        Assert.That(Standardiser.Fit(Small(1_000_000, 1_000_001)).Deviations[0], Is.EqualTo(0.5f));
        Assert.That(() => Standardiser.Fit(Small()), Throws.ArgumentException);
        Assert.That(() => Standardiser.Fit(Small(1)).Apply(Tables.Iris()), Throws.ArgumentException.With.Message.Contains("4 features"));
    }

    [Test]
    public void Tensors_have_the_values_of_the_table()
    {
        var iris = Tables.Iris();
        var (features, labels) = iris.ToTensors(torch.CPU);
        using (features)
        using (labels)
        {
            Assert.That(features.shape, Is.EqualTo(new long[] { 150, 4 }));
            Assert.That(features.dtype, Is.EqualTo(torch.ScalarType.Float32));
            Assert.That(labels.shape, Is.EqualTo(new long[] { 150 }));
            Assert.That(labels.dtype, Is.EqualTo(torch.ScalarType.Int64));
            Assert.That(features.data<float>().ToArray(), Is.EqualTo(iris.Features.Cast<float>().ToArray()));
            Assert.That(labels.data<long>().ToArray(), Is.EqualTo(iris.Labels.Select(l => (long)l).ToArray()));
        }
    }

    [Test]
    public void A_table_whose_parts_do_not_agree_is_refused()
    {
        Assert.That(() => new LabelledTable("t", new float[2, 1], [0], ["x"], ["a"], ""), Throws.ArgumentException.With.Message.Contains("2 × 1"));
        Assert.That(() => new LabelledTable("t", new float[1, 2], [0], ["x"], ["a"], ""), Throws.ArgumentException);
        Assert.That(() => new LabelledTable("t", new float[1, 1], [1], ["x"], ["a"], ""), Throws.ArgumentException.With.Message.Contains("label of example 0 is 1"));
        Assert.That(() => Small(1, float.NaN), Throws.ArgumentException.With.Message.Contains("finite"));
        Assert.That(() => Small(1).Take([1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Small(1).Split(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase("1,2\n3", "line 2: 1 columns, but the first row has 2")]
    [TestCase("1,2\n3,x", "line 2, column 2: 'x'")]
    [TestCase("1,\n", "line 1, column 2: ''")]
    [TestCase("1,NaN", "column 2")]
    [TestCase("1e99", "column 1")]
    [TestCase("1;2", "column 1: '1;2'")]
    [TestCase("1,2\n\n3,4", "line 2")]
    [TestCase("", "no rows")]
    public void A_damaged_table_is_refused_with_its_place(string text, string why) =>
        Assert.That(() => CsvNumbers.Read(new StringReader(text), "t.csv"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(why));

    [Test]
    public void Numbers_are_read_the_same_in_every_country()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            var comma = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            Thread.CurrentThread.CurrentCulture = comma;
            Assert.That(CsvNumbers.Read(new StringReader("header\n1.5, -2e1\n"), "t.csv", headerLines: 1).Single(), Is.EqualTo(new[] { 1.5f, -20f }));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }
}
