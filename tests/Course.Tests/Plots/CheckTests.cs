using Course.Plots;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Plots;

public sealed class CheckTests
{
    [Test]
    public void RightSolutionsAreRight()
    {
        Assert.That(Check.That("sums to 1", true).IsRight);
        Assert.That(Check.Close("is 2", 2.000001, 2).IsRight);
        Assert.That(Check.Close("softmax", () => [0.25, 0.75], [0.25, 0.75]).IsRight);
        Assert.That(Check.Close("masked", double.NegativeInfinity, double.NegativeInfinity).IsRight);
    }

    [TestCase(2.1, 2)]
    [TestCase(double.NaN, 2)]
    [TestCase(double.PositiveInfinity, 2)]
    public void WrongNumbersAreToldWithTheRightOne(double actual, double expected)
    {
        var result = Check.Close("your loss is 2", actual, expected, 0.01, "Divide by the batch size.");

        Assert.That(result.State, Is.EqualTo(CheckState.NotRight));
        Assert.That(result.Detail, Does.Contain("expected is 2 ± 0.01").And.Contain("Divide by the batch size."));
    }

    [Test]
    public void AnExerciseNotBegunIsToDo()
    {
        Assert.That(Check.That("your mask hides the future", () => throw new NotYet("your mask")).State, Is.EqualTo(CheckState.ToDo));
        Assert.That(Check.Close("c", () => throw new NotImplementedException(), [1.0]).State, Is.EqualTo(CheckState.ToDo));
    }

    [Test]
    public void AnExceptionInASolutionIsNotRightAndDoesNotEscape()
    {
        var result = Check.That("c", () => new List<int> { 1 }[5] == 0, "Mind the length.");

        Assert.That(result.State, Is.EqualTo(CheckState.NotRight));
        Assert.That(result.Detail, Does.Contain(nameof(ArgumentOutOfRangeException)).And.EndWith("Mind the length."));
    }

    [Test]
    public void TensorsAreComparedByShapeThenByValue()
    {
        using var scope = torch.NewDisposeScope();
        var right = torch.tensor(new[,] { { 1.0, 2 }, { 3, 4 } }, device: torch.CPU);
        var wrong = torch.tensor(new[,] { { 1.0, 2 }, { 3, 5 } }, device: torch.CPU);

        Assert.That(Check.Close("c", () => right.to(torch.float32), right).IsRight);
        Assert.That(Check.Close("c", () => wrong, right).Detail, Does.Contain("[1, 1]").And.Contain("5").And.Contain("4"));
        Assert.That(Check.Close("c", () => right[0], right).Detail, Does.Contain("shape (2)").And.Contain("(2, 2)"));
    }

    [Test]
    public void AWrongToleranceIsTheAuthorsMistakeAndThrows() =>
        Assert.That(() => Check.Close("c", 1, 1, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void ResultsAreShownEscaped()
    {
        var list = Check.All(Check.That("<script>", true), Check.That("b", false, "<i>"));

        Assert.That(list.AllRight, Is.False);
        Assert.That(list.ToHtml(), Does.Not.Contain("<script").And.Not.Contain("<i>").And.Contain("✓ right").And.Contain("✗ not yet"));
        Assert.That(list.ToString(), Does.Contain("✗ not yet: b"));
    }

    [Test]
    public void AProofThatDoesNotHoldFailsTheNotebook()
    {
        var right = Check.That("a", true);
        var wrong = Check.Close("b is 2", 3, 2);
        var open = Check.That("c", () => throw new NotYet());

        Assert.That(right.Assert(), Is.SameAs(right));
        Assert.That(() => wrong.Assert(), Throws.InstanceOf<ExpectationException>().With.Message.Contains("b is 2").And.Message.Contains("Yours is 3"));
        Assert.That(() => open.Assert(), Throws.InstanceOf<ExpectationException>(), "what is not written is not proved");
        Assert.That(Check.All(right, right).Assert(), Has.Count.EqualTo(2));
        Assert.That(() => Check.All(right, wrong, open).Assert(), Throws.InstanceOf<ExpectationException>().With.Message.Contains("b is 2").And.Message.Contains(": c").And.Message.Not.Contains(": a"));
    }
}
