using Course.Alignment.Chain;
using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Alignment;

/// <summary>The file a stage leaves behind.</summary>
[TestFixture]
public sealed class StageReportTests
{
    [Test]
    public void Every_number_is_read_as_it_was_written_to_the_last_bit()
    {
        var random = SplitMix64.For(1, 0);
        // Powers of two lie where the distance to the next number changes; the rest of the numbers is drawn from all there are.
        double[] numbers =
        [
            .. Enumerable.Range(-1074, 2098).Select(exponent => Math.ScaleB(1, exponent)),
            .. Enumerable.Range(0, 5000).Select(_ => BitConverter.Int64BitsToDouble((long)random.NextBits())).Where(double.IsFinite),
            0.1, -0.0, double.MaxValue, double.MinValue,
        ];
        var report = new StageReport { Stage = "x", Metrics = new Dictionary<string, double> { ["m"] = Math.ScaleB(1, -25) }, Curves = [new("c", numbers, numbers)] };
        var read = StageReport.FromJson(report.ToJson(), "x.json");
        Assert.That(read.Curves[0].Y.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(numbers.Select(BitConverter.DoubleToInt64Bits)));
        Assert.That(read["m"], Is.EqualTo(Math.ScaleB(1, -25)));
        Assert.That(() => read["n"], Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("It has m"));
    }

    [TestCase("", "nothing|token")]
    [TestCase("null", "nothing")]
    [TestCase("{\"Stage\": 3}", "Stage")]
    [TestCase("{\"Stage\": \"x\", \"Curves\": [[[[[[[[[[[[]]]]]]]]]]]]}", "depth|Curves")]
    public void What_is_no_report_is_refused_with_the_name_of_the_file(string json, string because) =>
        Assert.That(() => StageReport.FromJson(json, "folder/x.json"),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("folder/x.json").And.Message.Matches(because));
}
