using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class DirectiveTests : SessionFixture
{
    [Test]
    public async Task Markdown_is_shown_as_html_and_markdown()
    {
        await RunAsync("#!markdown\n# Title\n\n| a |\n|---|\n| $x$ |");
        var shown = Output.Displays.Single().Data;
        Assert.That(shown["text/html"], Does.Contain("Title</h1>").And.Contain("<table>"));
        Assert.That(shown["text/markdown"], Is.EqualTo("# Title\n\n| a |\n|---|\n| $x$ |"));
        Assert.That(shown["text/plain"], Is.EqualTo(shown["text/markdown"]));
    }

    [TestCase("#!html\n<b>x</b>", "text/html", "<b>x</b>")]
    [TestCase("#!js\nf();", "text/html", "<script type=\"text/javascript\">f();</script>")]
    [TestCase("#!mermaid\na --> b", "text/vnd.mermaid", "a --> b")]
    [TestCase("#!mermaid\na --> b", "text/html", "<pre class=\"mermaid\">a --&gt; b</pre>")]
    public async Task Text_in_another_language_is_shown(string code, string mimeType, string content)
    {
        await RunAsync(code);
        Assert.That(Output.Displays.Single().Data[mimeType], Is.EqualTo(content));
        Assert.That(Output.Displays.Single().Data, Does.ContainKey("text/plain"));
    }

    [TestCase("#!optimize\n", false)]
    [TestCase("", true)]
    public async Task Only_optimised_code_is_compiled_for_speed(string directive, bool isForDebugging)
    {
        const string check = """
            bool IsForDebugging(Type type) => type.Assembly.GetCustomAttributes(false)
                .OfType<System.Diagnostics.DebuggableAttribute>().Single().IsJITOptimizerDisabled;
            """;
        await RunAsync(check);
        await RunAsync(directive + "class InScript { }\nstatic class InLibrary { public static int Twice(this int x) => 2 * x; }");
        await RunAsync(directive + "class Alone { }");
        Assert.That(await RunAsync("IsForDebugging(typeof(InLibrary))"), Is.EqualTo(isForDebugging.ToString()));
        Assert.That(await RunAsync("IsForDebugging(typeof(Alone))"), Is.EqualTo(isForDebugging.ToString()));
    }

    [TestCase("#!csharp")]
    [TestCase("#!c#")]
    [TestCase("#!C#")]
    public async Task A_cell_returns_to_csharp(string directive)
    {
        Assert.That(await RunAsync($"var a = 2;\n#!html\n<p>\n{directive}\na"), Is.EqualTo("2"));
        Assert.That(Output.Displays, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Values_of_earlier_parts_are_shown_and_the_last_is_the_result()
    {
        Assert.That(await RunAsync("1\n#!html\n<p>x</p>\n#!csharp\n2"), Is.EqualTo("2"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "1"), ("display", "x") }));
    }

    [Test]
    public async Task Time_shows_the_wall_time_after_the_result()
    {
        await RunAsync("#!time\nConsole.Write(\"text\");\nawait Task.Delay(20);\n1 + 1");
        Assert.That(Output.Events.Take(2), Is.EqualTo(new[] { ("stdout", "text"), ("display", "2") }));
        Assert.That(Output.Events[2].Text, Does.Match("^Wall time: [0-9]+\\.[0-9]{2}ms$"));
        var milliseconds = double.Parse(Output.Events[2].Text[11..^2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(milliseconds, Is.GreaterThan(19));
    }

    [Test]
    public async Task Who_lists_the_variables_and_whos_their_types_and_values()
    {
        await RunAsync("var b = 2; var a = \"text\"; int F() => 1; class C { int hidden; } var old = 1;");
        await RunAsync("double old = 0.5; var list = new List<int> { 1, 2 };");
        await RunAsync("#!who");
        await RunAsync("#!whos");
        Assert.That(Output.Displays[0].Data["text/plain"], Is.EqualTo("a\nb\nlist\nold"));
        Assert.That(
            Output.Displays[1].Data["text/plain"], Is.EqualTo("a: string = text\nb: int = 2\nlist: List<int> = [ 1, 2 ]\nold: double = 0.5"));
        Assert.That(Output.Displays[1].Data["text/html"], Does.Contain("<td>List&lt;int&gt;</td>"));
    }

    [Test]
    public async Task Lsmagic_lists_every_directive_and_about_the_versions()
    {
        await RunAsync("#!lsmagic\n#!about");
        var table = Notebooks.Scripting.Directives.DirectiveTable.All;
        var listed = Output.Displays[0].Data["text/plain"];
        Assert.That(table.SelectMany(directive => directive.Names).Where(name => !listed.Contains(name)), Is.Empty);
        Assert.That(Output.Displays[1].Data["text/plain"], Does.Contain("C# 14").And.Contain(".NET 10"));
    }

    [TestCase("#!unknown", "there is no directive #!unknown")]
    [TestCase("#!", "there is no directive #!")]
    [TestCase("#!share --from fsharp x", "C# cells share their variables")]
    [TestCase("#!set --name x", "C# cells share their variables")]
    [TestCase("#!fsharp", "there is no directive #!fsharp")]
    public async Task A_directive_that_cannot_be_used_is_an_error_before_anything_runs(string directive, string message)
    {
        var error = await FailAsync($"Console.Write(1);\n\n{directive}\nConsole.Write(2);");
        Assert.That(error.Value, Does.StartWith("cell line 3: ").And.Contains(message));
        Assert.That(error.Line, Is.EqualTo(3));
        Assert.That(Output.Events, Is.Empty);
    }

    [TestCase("#i \"nuget:missing-folder\"", "there is no folder")]
    [TestCase("#i \"folder\"", "begins with nuget:")]
    [TestCase("#i nuget:x", "in double quotes")]
    public async Task A_package_source_that_cannot_be_used_is_an_error(string directive, string message) =>
        Assert.That((await FailAsync(directive)).Value, Does.StartWith("cell line 1: ").And.Contains(message));
}
