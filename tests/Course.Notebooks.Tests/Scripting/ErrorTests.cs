using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class ErrorTests : SessionFixture
{
    [Test]
    public async Task An_exception_shows_the_lines_of_the_cell()
    {
        var error = await FailAsync("int zero = 0;\nint Divide(int a)\n{\n    return a / zero;\n}\n\nDivide(1);");
        Assert.That(error.Name, Is.EqualTo("System.DivideByZeroException"));
        Assert.That(error.Value, Is.EqualTo("Attempted to divide by zero."));
        Assert.That(error.Traceback, Is.EqualTo(new[]
        {
            "System.DivideByZeroException: Attempted to divide by zero.",
            "   in cell line 4: return a / zero;",
            "   in cell line 7: Divide(1);",
        }));
        Assert.That(error.Line, Is.EqualTo(4));
        Assert.That(Output.Events, Is.Empty);
    }

    [TestCase("int[] a = { 1 };\nforeach (var i in new[] { 5 })\n    Console.Write(a[i]);", "System.IndexOutOfRangeException", 3)]
    [TestCase("string none = null;\n\nnone.Trim();", "System.NullReferenceException", 3)]
    [TestCase("object o = 1;\nvar s = (string)o;", "System.InvalidCastException", 2)]
    [TestCase("await Task.Yield();\nchecked { int m = int.MaxValue; m++; }", "System.OverflowException", 2)]
    [TestCase("#!time\n\nthrow new TimeoutException();", "System.TimeoutException", 3)]
    public async Task The_line_is_the_one_that_failed(string code, string name, int line)
    {
        var error = await FailAsync(code);
        Assert.That((error.Name, error.Line), Is.EqualTo((name, line)));
        Assert.That(error.Traceback[1], Does.StartWith($"   in cell line {line}: {code.Split('\n')[line - 1].Trim()}"));
    }

    [Test]
    public async Task Own_lines_come_before_library_frames_and_the_engine_is_not_seen()
    {
        var error = await FailAsync("using System.Threading;\nvar none = Enumerable.Empty<int>();\nawait Task.Yield();\nnone.First()");
        Assert.That(error.Traceback[1], Is.EqualTo("   in cell line 4: none.First()"));
        Assert.That(error.Traceback[2], Does.StartWith("   at System.Linq."));
        Assert.That(error.Traceback, Has.None.Contains("Course.Notebooks"));
        Assert.That(error.Traceback, Has.None.Contains("System.Threading"));
        Assert.That(error.Traceback, Has.None.Contains("CompilerServices"));
    }

    [Test]
    public async Task Lines_of_earlier_cells_are_called_so()
    {
        await RunAsync("\nint Parse(string text) => int.Parse(text);");
        var error = await FailAsync("Parse(\"x\")");
        Assert.That(error.Traceback[1], Is.EqualTo("   in an earlier cell line 2: int Parse(string text) => int.Parse(text);"));
        Assert.That(error.Traceback[2], Is.EqualTo("   in cell line 1: Parse(\"x\")"));
        Assert.That(error.Line, Is.EqualTo(1));
    }

    [Test]
    public async Task Wrappings_are_removed_and_causes_follow()
    {
        var error = await FailAsync("Task.Run(() => { throw new ArgumentException(\"in a task\"); }).Wait();");
        Assert.That(error.Name, Is.EqualTo("System.ArgumentException"));
        error = await FailAsync("""
            try { int.Parse("x"); }
            catch (Exception inner) { throw new InvalidOperationException("outer", inner); }
            """);
        Assert.That(error.Name, Is.EqualTo("System.InvalidOperationException"));
        Assert.That(error.Traceback.SkipWhile(line => line != "caused by").Take(3), Is.EqualTo(new[]
        {
            "caused by",
            "System.FormatException: The input string 'x' was not in a correct format.",
            "   in cell line 1: try { int.Parse(\"x\"); }",
        }));
    }

    [Test]
    public async Task Several_exceptions_are_all_told()
    {
        var error = await FailAsync("throw new AggregateException(new ArgumentException(\"first\"), new TimeoutException(\"second\"));");
        Assert.That(error.Name, Is.EqualTo("System.AggregateException"));
        Assert.That(error.Traceback, Does.Contain("System.ArgumentException: first").And.Contain("System.TimeoutException: second"));
    }

    [Test]
    public async Task An_async_void_method_that_throws_fails_the_cell()
    {
        var error = await FailAsync("async void Bad()\n{\n    await Task.Yield();\n    throw new TimeoutException();\n}\nBad();\nawait Task.Delay(60000);");
        Assert.That((error.Name, error.Line), Is.EqualTo(("System.TimeoutException", 4)));
        Assert.That(await RunAsync("1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Compiler_errors_show_line_column_message_and_source()
    {
        var error = await FailAsync("var a = 1;\n    var b = missing + a;\nint c = \"text\";");
        Assert.That(error.Name, Is.EqualTo("CompilationError"));
        Assert.That(error.Value, Is.EqualTo(
            "cell line 2, column 13: error CS0103: The name 'missing' does not exist in the current context (and 1 more)"));
        Assert.That(error.Traceback, Is.EqualTo(new[]
        {
            "cell line 2, column 13: error CS0103: The name 'missing' does not exist in the current context",
            "    var b = missing + a;",
            "            ^",
            "cell line 3, column 9: error CS0029: Cannot implicitly convert type 'string' to 'int'",
            "    int c = \"text\";",
            "            ^",
        }));
        Assert.That(error.Line, Is.EqualTo(2));
        Assert.That(Output.Events, Is.Empty, "A compiler error is the error reply and nothing else: graders count stderr as failure.");
    }

    [TestCase("var x = ;")]
    [TestCase("if (")]
    [TestCase("\"unclosed")]
    [TestCase("}")]
    [TestCase("1 + 1;")]
    [TestCase("\0\uFFFF\uD800")]
    [TestCase("/* unclosed")]
    [TestCase("#if")]
    [TestCase("\"\"\"\nraw")]
    public async Task Nonsense_is_a_compiler_error(string code) =>
        Assert.That((await FailAsync(code)).Name, Is.EqualTo("CompilationError"));

    [Test]
    public async Task A_disposed_session_refuses_cells()
    {
        await Session.DisposeAsync();
        Assert.That(async () => await Session.ExecuteAsync("1", Output), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Null_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Session.ExecuteAsync(null!, Output));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Session.ExecuteAsync("1", null!));
        Assert.Throws<ArgumentNullException>(() => new Notebooks.Scripting.CSharpSession(null!));
    }
}
