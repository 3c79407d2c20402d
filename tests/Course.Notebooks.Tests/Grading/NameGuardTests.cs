using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
public sealed class NameGuardTests
{
    [TestCase("class Check { }", "Check")]
    [TestCase("record struct Check(int A);", "Check")]
    [TestCase("delegate void Check();", "Check")]
    [TestCase("using Check = System.String;", "Check")]
    [TestCase("namespace A.B { static class Check { } }", "Check")]
    [TestCase("var (Math, b) = (1, 2);", "Math")]
    [TestCase("int a = 1, Math = 2;", "Math")]
    [TestCase("int.TryParse(\"1\", out var Math);", "Math")]
    [TestCase("bool Close(int x) => true;", "Close")]
    [TestCase("static class E { public static int Sum(this int[] x) => 0; }", "Sum")]
    public void A_name_that_tests_use_is_found(string answer, string name) =>
        Assert.That(NameGuard.Taken("Check.That(Close(Math.Abs(mine), new[] { 1 }.Sum()));", [answer], ["int mine = 0;"]), Is.EqualTo([name]));

    [TestCase("int helper = 1;")]
    [TestCase("void F() { int Math = 1; }")]
    [TestCase("var f = (int Math) => { var Check = Math; return Check; };")]
    [TestCase("class A { int Math; class Check { } void Close() { } }")]
    [TestCase("int mine = 7;")]
    [TestCase("#!time\nint mine = 7; // Check")]
    [TestCase("this is no C# {{{")]
    public void Names_that_the_tests_do_not_see_are_free(string answer) =>
        Assert.That(NameGuard.Taken("Check.That(Close(Math.Abs(mine)));", [answer], ["int mine = 0;"]), Is.Empty);

    [Test]
    public void What_tests_declare_themselves_cannot_be_taken() =>
        Assert.That(NameGuard.Taken("var x = 1; foreach (var item in list) { }", ["int x = 2; int item;"], []), Is.Empty);
}
