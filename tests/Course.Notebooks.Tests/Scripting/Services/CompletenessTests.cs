using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting.Services;

public sealed class CompletenessTests : SessionFixture
{
    [TestCase("", Completeness.Complete)]
    [TestCase("1 + 1", Completeness.Complete)]
    [TestCase("var x = 1;", Completeness.Complete)]
    [TestCase("#!time", Completeness.Complete)]
    [TestCase("#r \"nuget:A,1.0\"\n1", Completeness.Complete)]
    [TestCase("#!markdown\n{ (", Completeness.Complete)]
    [TestCase("namespace N { }", Completeness.Complete)]
    [TestCase("static class E { public static int T(this int x) => x; }", Completeness.Complete)]
    [TestCase("for (var i = 0; i < 3; i++) {", Completeness.Incomplete)]
    [TestCase("Console.WriteLine(", Completeness.Incomplete)]
    [TestCase("if (true)", Completeness.Incomplete)]
    [TestCase("1 +", Completeness.Incomplete)]
    [TestCase("int F()", Completeness.Incomplete)]
    [TestCase("/* open", Completeness.Incomplete)]
    [TestCase("var s = @\"open", Completeness.Incomplete)]
    [TestCase("var s = \"\"\"\nopen", Completeness.Incomplete)]
    [TestCase("#!time\nwhile (true) {", Completeness.Incomplete)]
    [TestCase("\"open", Completeness.Invalid)]
    [TestCase("x = )", Completeness.Invalid)]
    [TestCase("}", Completeness.Invalid)]
    [TestCase("foo bar baz", Completeness.Invalid)]
    [TestCase("#!nonsense", Completeness.Invalid)]
    [TestCase("{ (\n#!time\n1", Completeness.Invalid)]
    public async Task Code_is(string code, Completeness expected) =>
        Assert.That((await Session.IsCompleteAsync(code)).Status, Is.EqualTo(expected));

    [TestCase("class A {\n    void F() {", "        ")]
    [TestCase("F(1,", "    ")]
    [TestCase("if (true)", "    ")]
    [TestCase("1", "")]
    public async Task The_next_line_is_indented(string code, string indent) =>
        Assert.That((await Session.IsCompleteAsync(code)).Indent, Is.EqualTo(indent));
}
