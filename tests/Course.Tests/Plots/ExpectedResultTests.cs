using System.Text.Json;
using Course.Plots;
using NUnit.Framework;

namespace Course.Tests.Plots;

public sealed class ExpectedResultTests
{
    [Test]
    public void ACardInItsBandsPasses()
    {
        var card = ExpectedResult.Card("Digits").Metric("accuracy", 0.97, 0.97, 1).Seconds(10, 60);

        Assert.That(card.IsMet);
        Assert.That(card.Assert, Throws.Nothing);
        Assert.That(card.ToHtml(), Does.Contain("✓ as expected").And.Not.Contain("✗"));
    }

    [Test]
    public void EveryMetricOutOfItsBandIsNamed()
    {
        var card = ExpectedResult.Card("Digits")
            .Metric("accuracy", 0.5, 0.97, 1).Metric("loss", 0.1, 0, 0.2, "nats").Seconds(61, 60).FailureLooksLike("Guessing gives 0.1.");

        Assert.That(card.Assert, Throws.TypeOf<ExpectationException>().With.Message.EqualTo(
            "Digits: accuracy is 0.5, expected 0.97 to 1. Guessing gives 0.1."));
        Assert.That(card.ToText(), Does.Contain("OUT OF BAND").And.Contain("ok"));
    }

    [Test]
    public void ASlowMachineIsSaidButFailsNothing()
    {
        var card = ExpectedResult.Card("Digits").Metric("accuracy", 0.98, 0.97, 1).Seconds(500, 60);

        Assert.That(card.IsMet);
        Assert.That(card.Assert, Throws.Nothing);
        Assert.That(card.ToHtml(), Does.Contain("slower or busy").And.Contain("at most 60 s"));
        using var json = JsonDocument.Parse(card.ToJson());
        Assert.That(json.RootElement.GetProperty("metrics")[1].GetProperty("high").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(ExpectedResult.Card("c").Seconds(1, 60).Assert, Throws.InvalidOperationException, "time alone expects nothing");
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    public void WhatIsNotFiniteIsOutOfEveryBand(double value) => Assert.That(
        ExpectedResult.Card("c").Metric("m", value, double.NegativeInfinity, 5).Metric("n", 1, 0, double.PositiveInfinity).Assert,
        Throws.TypeOf<ExpectationException>());

    [Test]
    public void CardsThatCouldNotFailAreRefused()
    {
        Assert.That(() => ExpectedResult.Card("c").Metric("m", 1, double.NegativeInfinity, double.PositiveInfinity), Throws.ArgumentException);
        Assert.That(() => ExpectedResult.Card("c").Metric("m", 1, 2, 1), Throws.ArgumentException);
        Assert.That(() => ExpectedResult.Card("c").Metric("m", 1, double.NaN, 1), Throws.ArgumentException);
        Assert.That(ExpectedResult.Card("c").Assert, Throws.InvalidOperationException);
    }

    [Test]
    public void JsonIsForPrograms()
    {
        using var json = JsonDocument.Parse(ExpectedResult.Card("c").Metric("accuracy", 0.98123456789, 0.97, 1).Seconds(double.NaN, 60).ToJson());
        var metrics = json.RootElement.GetProperty("metrics");

        Assert.That(metrics[0].GetProperty("value").GetDouble(), Is.EqualTo(0.98123456789));
        Assert.That(metrics[1].GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(metrics[1].GetProperty("low").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.RootElement.GetProperty("met").GetBoolean(), Is.True);
    }

    [Test]
    public void HtmlIsEscaped() => Assert.That(
        ExpectedResult.Card(Gallery.Hostile).Metric("<m>", 1, 0, 2).FailureLooksLike("<f>").ToHtml(),
        Does.Not.Contain("<script").And.Not.Contain("<m>").And.Not.Contain("<f>"));
}
