using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>The checks that make cells interruptible change neither what code means nor where it stands.</summary>
public sealed class InterruptibleTests : SessionFixture
{
    [TestCase("var n = 0;\nwhile (n < 3) n++;\ndo n++; while (n < 6);\nfor (var i = 0; i < 2; i++) n++;\nforeach (var i in new[] { 1 }) { n += i; }\nn", "9")]
    [TestCase("var n = 0;\nif (n == 0) while (n < 2) n++; else n = 9;\nn", "2")]
    [TestCase("var n = 0;\nfor (var i = 0; i < 9; i++) { if (i == 1) continue; if (i == 4) break; n += i; }\nn", "5")]
    [TestCase("int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);\nFib(10)", "55")]
    [TestCase("int n = 0;\nvoid Add() => n++;\nAdd(); Add();\nn", "2")]
    [TestCase("async Task<int> F() => await Task.FromResult(4);\nawait F()", "4")]
    [TestCase("int n = 0;\nasync Task F() => await Task.Run(() => n = 4);\nawait F();\nn", "4")]
    [TestCase("Task<int> F() => Task.FromResult(4);\nawait F()", "4")]
    [TestCase("async ValueTask<int> F() => 4;\nawait F()", "4")]
    [TestCase("int F() => throw new TimeoutException();\ntry { F(); } catch (TimeoutException) { }\n1", "1")]
    [TestCase("int[] a = { 1, 2 };\nref int First() => ref a[0];\nFirst() = 7;\na[0]", "7")]
    [TestCase("Func<int, int> twice = x => 2 * x; Func<int> one = () => 1; Action<int> none = x => Math.Abs(x);\nnone(1); twice(one())", "2")]
    [TestCase("var f = (int x) => x + 1; var g = () => { return f(1); };\ng()", "2")]
    [TestCase("Func<Task> f = async () => await Task.Yield(); Func<Task<int>> g = async () => 3;\nawait f(); await g()", "3")]
    [TestCase("Func<int> f = () => throw new TimeoutException();\n1", "1")]
    [TestCase("System.Linq.Expressions.Expression<Func<int, int>> e = x => x + 1;\ne.ToString()", "x => (x + 1)")]
    [TestCase("new[] { 1, 2, 3 }.AsQueryable().Where(x => x > 1).Select(x => x * 10).Sum()", "50")]
    [TestCase("(from x in new[] { 1, 2 } where x > 1 select x * 2).First()", "4")]
    [TestCase("IEnumerable<int> Up() { for (var i = 0; ; i++) yield return i; }\nUp().Take(4).Sum()", "6")]
    [TestCase("Func<string, object> f = s => null; Func<int, int[]> g = n => [n]; Func<bool, object> h = b => b ? 1 : \"x\";\nf(\"\") == null ? g(3)[0] : h(true)", "3")]
    [TestCase("class C { public int V; public C() { V = 1; } static C() { for (var i = 0; i < 3; i++) S++; } public static int S; public int P => V; public static C operator +(C a, C b) => new() { V = a.V + b.V }; }\n(new C() + new C()).P + C.S", "5")]
    [TestCase("var n = 0;\nwhile (n < 1) { // a comment\n#pragma warning disable CS0168\nn++;\n}\nn", "1")]
    [TestCase("var n = 0;\nwhile (n < 1)\n#region r\n    n++;\n#endregion\nn", "1")]
    [TestCase("int n = 0;\nagain:\nif (n++ < 3) goto again;\nn", "4")]
    [TestCase("switch (1) { case 1: goto case 2; case 2: return \"two\"; }", "two")]
    [TestCase("unsafe { int n = 0; int* p = &n; for (; *p < 3; (*p)++) { } Console.Write(n); }\n1", "1")]
    [TestCase("int Sum()\n{\n    Span<int> s = stackalloc int[2];\n    foreach (ref var x in s) x = 4;\n    return s[0] + s[1];\n}\nSum()", "8")]
    public async Task Code_means_what_it_meant(string code, string expected) => Assert.That(await RunAsync(code), Is.EqualTo(expected));

    [TestCase("while (true) int x = 1;", "CS1023")]
    [TestCase("for (; ; ) label: break;", "CS1023")]
    [TestCase("foreach (var i in new[] { 1 }) int F() => i;", "CS1023")]
    [TestCase("Action a = () => 5;", "CS0201")]
    [TestCase("void F() => 5;", "CS0201")]
    [TestCase("int F() => ;", "CS1525")]
    [TestCase("int F() 5;", "CS0501")]
    public async Task Code_that_was_wrong_is_wrong(string code, string error) =>
        Assert.That((await FailAsync(code)).Value, Does.Contain(error));

    [Test]
    public async Task Lines_stay_where_they_are()
    {
        var error = await FailAsync("""
            int Fail(int n)
                =>
                    n / 0 + int.Parse("x");
            foreach (var i in new[] { 1 })
            { // one
                Func<int, int> f = x
                    => Fail(
                        x);
                for (var j = 0; j < 1; j++)

                    f(j);
            }
            """.Replace("n / 0 + ", ""));
        Assert.That(error.Traceback.Skip(1).Take(3).Select(line => line.Trim()), Is.EqualTo(new[]
        {
            "in cell line 3: int.Parse(\"x\");", "in cell line 7: => Fail(", "in cell line 11: f(j);",
        }));
    }
}
