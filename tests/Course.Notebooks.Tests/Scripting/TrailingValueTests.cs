using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class TrailingValueTests : SessionFixture
{
    [TestCase("1 + 1", "2")]
    [TestCase("1 + 1 // two", "2")]
    [TestCase("1 + 1 /* two */\n// and more\n", "2")]
    [TestCase("var a = 2;\na = 5", "5")]
    [TestCase("\"raw <text>\"", "raw <text>")]
    [TestCase("(string)null", "<null>")]
    [TestCase("null", "<null>")]
    [TestCase("return 7;", "7")]
    [TestCase("if (DateTime.Now.Year > 2000) { return 8; }\nreturn 9;", "8")]
    [TestCase("await Task.FromResult(6)", "6")]
    [TestCase("0.5", "0.5")]
    [TestCase("new[] { 1, 2, 3 }", "[ 1, 2, 3 ]")]
    [TestCase("int Twice(int x) => 2 * x;\nTwice(4)", "8")]
    public async Task Shows_the_trailing_expression(string code, string expected) =>
        Assert.That(await RunAsync(code), Is.EqualTo(expected));

    [TestCase("Math.Max(1, 2);")]
    [TestCase("var a = 2;")]
    [TestCase("var a = 2;\na = 5;")]
    [TestCase("Console.Write(\"\")")]
    [TestCase("await Task.Delay(1)")]
    [TestCase("")]
    [TestCase("// nothing")]
    [TestCase("using System.IO;")]
    [TestCase("Func<int> f = () => { return 7; };")]
    [TestCase("int F() { return 7; }")]
    [TestCase("void F() { }\nF()")]
    [TestCase("class C { int F() { return 7; } }")]
    public async Task Shows_nothing_without_a_value(string code)
    {
        var reply = await Session.ExecuteAsync(code, Output);
        Assert.That(reply.Error, Is.Null);
        Assert.That(reply.Result, Is.Null);
        Assert.That(Output.Events, Is.Empty);
    }

    [Test]
    public async Task Shows_a_displayed_value_once()
    {
        await RunAsync("display(3)");
        await RunAsync("4.Display()");
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "3"), ("display", "4") }));
    }
}
