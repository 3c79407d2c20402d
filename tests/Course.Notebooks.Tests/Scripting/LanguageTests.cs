using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>The C# that cells understand, up to version 14: declared in one cell, used in the next.</summary>
public sealed class LanguageTests : SessionFixture
{
    [TestCase("record Point(int X, int Y);", "(new Point(1, 2) with { Y = 5 }).ToString()", "Point { X = 1, Y = 5 }")]
    [TestCase("record struct Pair<T>(T A, T B);", "var (a, b) = new Pair<int>(1, 2);\na + b", "3")]
    [TestCase("class Counter(int start) { public int Next() => ++start; }", "new Counter(4).Next()", "5")]
    [TestCase("interface IShape { double Area => 1; } class Unit : IShape { }", "((IShape)new Unit()).Area", "1")]
    [TestCase("enum Color { Red, Green }", "Color.Green switch { Color.Red => 1, Color.Green => 2, _ => 3 }", "2")]
    [TestCase("abstract class Animal { public abstract string Call(); } sealed class Owl : Animal { public override string Call() => \"hoo\"; }", "new Owl().Call()", "hoo")]
    [TestCase("delegate int Step(int x);", "Step twice = x => 2 * x;\ntwice(4)", "8")]
    [TestCase("T Larger<T>(T a, T b) where T : IComparable<T> => a.CompareTo(b) > 0 ? a : b;", "Larger(\"a\", \"b\")", "b")]
    [TestCase("T Add<T>(T a, T b) where T : System.Numerics.INumber<T> => a + b;", "Add(1.5, 2)", "3.5")]
    [TestCase("using static System.Math;", "Max(Sqrt(9), 2)", "3")]
    [TestCase("using Numbers = System.Collections.Generic.List<int>;", "new Numbers { 1, 2 }.Count", "2")]
    [TestCase("using Pair = (int A, int B);", "Pair p = (1, 2);\np.A + p.B", "3")]
    [TestCase("async Task<int> LaterAsync(int x) { await Task.Yield(); return x; }", "await LaterAsync(3)", "3")]
    [TestCase("async IAsyncEnumerable<int> CountAsync() { yield return 1; await Task.Yield(); yield return 2; }", "var sum = 0;\nawait foreach (var n in CountAsync()) sum += n;\nsum", "3")]
    [TestCase("IEnumerable<int> Count(int n) { for (var i = 0; i < n; i++) yield return i; }", "Count(4).Sum()", "6")]
    [TestCase("var (first, second) = (1, \"b\");", "second + first", "b1")]
    [TestCase("int.TryParse(\"7\", out var parsed)", "parsed", "7")]
    [TestCase("object boxed = 5; if (boxed is int unboxed) { }", "unboxed", "5")]
    [TestCase("int[] list = [1, 2, .. new[] { 3 }];", "list is [1, .., var last] ? last : 0", "3")]
    [TestCase("var text = \"\"\"\n    {\"a\": 1}\n    \"\"\";", "$$\"\"\"{{text.Length}}\"\"\"", "8")]
    [TestCase("static class Texts { public static string Shout(this string text) => text.ToUpper(); }", "\"hi\".Shout()", "HI")]
    [TestCase("static class More { extension(int n) { public bool IsOdd => n % 2 == 1; } extension(int) { public static int Answer => 42; } }", "3.IsOdd ? int.Answer : 0", "42")]
    [TestCase("class Clamped { public int Value { get; set => field = Math.Min(value, 10); } }", "new Clamped { Value = 50 }.Value", "10")]
    [TestCase("class Box { public int V; } Box none = null, some = new Box();", "none?.V = 1; some?.V = 2;\nsome.V", "2")]
    [TestCase("string Name<T>() => nameof(List<>);", "Name<int>()", "List")]
    [TestCase("delegate bool TryParse(string text, out int value);", "TryParse parse = (text, out value) => int.TryParse(text, out value);\nparse(\"6\", out var six) ? six : 0", "6")]
    [TestCase("class Tally { public int N; public void operator +=(int x) => N += x; }", "var tally = new Tally(); tally += 4;\ntally.N", "4")]
    [TestCase("int Total(ReadOnlySpan<int> span) { var t = 0; foreach (var x in span) t += x; return t; }", "int[] data = [1, 2, 3];\nTotal(data)", "6")]
    [TestCase("int SumAll(params IEnumerable<int> all) => all.Sum();", "SumAll(1, 2, 3)", "6")]
    [TestCase("unsafe int First(int[] a) { fixed (int* p = a) return *p; }", "First(new[] { 9, 8 })", "9")]
    [TestCase("unsafe struct Buffer { public fixed byte Bytes[4]; }", "unsafe int Size() => sizeof(Buffer);\nSize()", "4")]
    public async Task What_a_cell_declares_works_in_the_next(string declaration, string use, string expected)
    {
        Assert.That(await RunAsync(declaration), Is.Empty.Or.EqualTo("True"));
        Assert.That(await RunAsync(use), Is.EqualTo(expected));
    }
}
