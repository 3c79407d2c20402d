using System.Globalization;
using Course.Notebooks.Execution.Comparison;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution.Comparison;

/// <summary>What counts as the same text, and how a difference is told.</summary>
[TestFixture]
public sealed class TextComparisonTests
{
    private static readonly NumericTolerance Default = new();

    [TestCase("loss 1.2345", "loss 1.2346", TestName = "one unit in the last place")]
    [TestCase("loss 100.0", "loss 100.05", TestName = "half a thousandth")]
    [TestCase("max error 5.96e-08", "max error 1.19e-07", TestName = "almost zero")]
    [TestCase("error 0.0", "error -0.0", TestName = "signs of zero")]
    [TestCase("97.8 %", "97.9 %", TestName = "a percentage with a decimal")]
    [TestCase("97 %", "98 %", TestName = "a percentage is measured")]
    [TestCase("mean 1", "mean 0.9999", TestName = "a one that was rounded")]
    [TestCase("took 12.3 s", "took 99 s", TestName = "seconds")]
    [TestCase("median 72 µs, then 5ms", "median 111 µs, then 7ms", TestName = "microseconds")]
    [TestCase("26,379 tokens/s", "13,517 tokens/s", TestName = "a rate")]
    [TestCase("Wall time: 19.83ms", "Wall time: 1.2s", TestName = "the time magic")]
    [TestCase("at 0:01:05.2 of 1:00:00", "at 0:02:00 of 1:00:00", TestName = "a clock")]
    [TestCase("2026-01-31T12:00:00Z", "2027-02-01T08:30:59.123Z", TestName = "a date with a time")]
    [TestCase("id 0f8fad5b-d9cb-469f-a165-70867728950e", "id 7c9e6679-7425-40de-944b-e07fc1f90ae7", TestName = "a GUID")]
    [TestCase("<object at 0x7f1c>", "<object at 0x5512ab>", TestName = "an address")]
    [TestCase("a   b\n", "a b", TestName = "columns and the end")]
    [TestCase("─────── x", "──── x", TestName = "a rule")]
    [TestCase("\u001b[31mred\u001b[0m", "red", TestName = "colours")]
    [TestCase("10 %\r20 %\r100 %", "55 %\r100 %", TestName = "a progress line that was overwritten")]
    [TestCase("a\r\nb", "a\nb", TestName = "line ends")]
    [TestCase("x = −0.5000", "x = -0.5001", TestName = "a typographic minus")]
    [TestCase("1.00e-3", "1.01e-3", TestName = "the last place of a mantissa")]
    [TestCase("NaN", "NaN", TestName = "no number")]
    public void These_are_the_same(string stored, string fresh) =>
        Assert.That(TextComparison.First(stored, fresh, Default), Is.Null);

    [TestCase("loss 1.23", "loss 1.30", "1.23 became 1.30, a difference of 0.07 or 5.4 %; allowed are 0.1 %")]
    [TestCase("353 of 359 right", "352 of 359 right", "353 became 352; whole numbers have to be equal")]
    [TestCase("1,797 digits", "1,798 digits", "1,797 became 1,798")]
    [TestCase("training 1.5", "validation 1.5", "'training' became 'validation'")]
    [TestCase("a b c", "a b", "'c' became nothing")]
    [TestCase("loss 0.5", "loss NaN", "'0.5' became 'NaN'")]
    [TestCase("x 0.5", "x -0.5", "0.5 became -0.5")]
    [TestCase("GPT-2", "GPT-3", "2 became 3")]
    [TestCase("version 1.2.3", "version 1.2.4", "'1.2.3' became '1.2.4'")]
    [TestCase("w1 = 2.5", "w2 = 2.5", "'w1' became 'w2'")]
    [TestCase("took 3 s", "took 3 steps", "became")]
    [TestCase("[1, 2, 3]", "[1, 2, 4]", "3 became 4")]
    [TestCase("one\ntwo", "one", "there are 2 lines stored and 1 now")]
    [TestCase("", "text", "nothing became 'text'")]
    public void These_differ_and_it_is_said_how(string stored, string fresh, string why) =>
        Assert.That(TextComparison.First(stored, fresh, Default)?.Why, Does.Contain(why));

    [Test]
    public void A_difference_names_its_line_and_both_values()
    {
        var difference = TextComparison.First("same\n  loss 1.5\nx", "same\n  loss 2.5\ny", Default)!;
        Assert.That((difference.Line, difference.Stored, difference.Fresh), Is.EqualTo((2, "loss 1.5", "loss 2.5")));
    }

    [TestCase(0.1, "100", "109", true)]
    [TestCase(0.1, "100", "112", false)]
    [TestCase(0.1, "1.0", "1.09", true)]
    [TestCase(0, "1.0000", "1.0002", false)]
    public void A_tolerance_that_was_asked_for_is_for_all_numbers(double relative, string stored, string fresh, bool same) =>
        Assert.That(TextComparison.First(stored, fresh, new NumericTolerance(relative, 0) { ForWholeNumbers = true }) is null, Is.EqualTo(same));

    [TestCase("1e-3", 0.001)]
    [TestCase("0", 0.0)]
    [TestCase("-1", null)]
    [TestCase("NaN", null)]
    [TestCase("Infinity", null)]
    [TestCase("1,5", null)]
    [TestCase("", null)]
    public void Tolerances_are_read(string text, double? tolerance) => Assert.That(NumericTolerance.Parse(text), Is.EqualTo(tolerance));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Any_text_is_the_same_as_itself_and_no_pair_is_too_much(string? a, string? b)
    {
        _ = TextComparison.First(a ?? "", b ?? "", Default);
        return TextComparison.First(a ?? "", a ?? "", Default) is null;
    }

    /// <summary>A printed number counts as the same exactly when it is near enough, in both directions.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property The_tolerance_is_symmetric_and_what_it_says(NormalFloat number, NormalFloat other)
    {
        var (a, b) = (number.Get, other.Get);
        var (first, second) = (Text(a), Text(b));
        var isSame = TextComparison.First(first, second, Default) is null;
        var difference = Math.Abs(a - b);
        var limit = Math.Max(1e-6, 1e-3 * Math.Max(Math.Abs(a), Math.Abs(b)));
        return (isSame == TextComparison.First(second, first, Default) is null
            && (Math.Abs(difference - limit) < 1e-9 * limit || isSame == difference <= limit)).ToProperty();

        static string Text(double value) => value.ToString("E16", CultureInfo.InvariantCulture);
    }
}
