using Course.Notebooks.Documents;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class ImportTests : SessionFixture
{
    [TestCase("#!import setup/start.csx")]
    [TestCase("#!import \"setup/start.csx\"")]
    [TestCase("#load \"setup/start.csx\"")]
    public async Task An_imported_file_leaves_usings_references_variables_and_formatters(string directive)
    {
        TestLibrary.Compile(Path.Combine(Folder, "lib", "Lib.dll"), "namespace Lib { public class Weight { public int V = 3; } }");
        // As in the setup file of a course: references first, relative to the notebook's folder, then usings, then statements.
        Write("setup/start.csx", """
            #r "lib/Lib.dll"
            using System.IO;
            using Lib;
            using Microsoft.DotNet.Interactive.Formatting;
            var fromFile = new Weight();
            Formatter.Register<Weight>(weight => $"{weight.V} kg", "text/html");
            """);
        await RunAsync(directive);
        var reply = await Session.ExecuteAsync("var path = Path.GetTempPath();\nfromFile", Output);
        Assert.That(reply.Error, Is.Null);
        Assert.That(reply.Result!.Data["text/html"], Is.EqualTo("3 kg"));
        Microsoft.DotNet.Interactive.Formatting.Formatter.ResetToDefault();
    }

    [Test]
    public async Task An_import_runs_at_its_place_and_shows_what_the_file_shows()
    {
        Write("file.csx", "Console.WriteLine(\"in the file\");\nvar b = a + 1;\nb * 10");
        Assert.That(await RunAsync("var a = 1;\n#!import file.csx\na + b"), Is.EqualTo("3"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("stdout", "in the file\n"), ("display", "20") }));
    }

    [Test]
    public async Task A_notebook_runs_its_csharp_cells()
    {
        var notebook = NotebookDocument.Create();
        notebook.Add(CellKind.Markdown, "# Not code");
        notebook.Add(CellKind.Code, "var n = 1;\nn");
        notebook.Add(CellKind.Code, "let x = 1").Metadata["polyglot_notebook"] =
            new System.Text.Json.Nodes.JsonObject { ["kernelName"] = "fsharp" };
        notebook.Add(CellKind.Code, "throw new Exception();").Metadata["tags"] = new System.Text.Json.Nodes.JsonArray("skip-execution");
        notebook.Add(CellKind.Code, "var m = n + 1;");
        notebook.Save(Path.Combine(Folder, "other.ipynb"));
        await RunAsync("#!import other.ipynb");
        Assert.That(await RunAsync("m"), Is.EqualTo("2"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "1") }));
    }

    [Test]
    public async Task A_dib_file_runs_its_csharp_cells()
    {
        Write("old.dib", "#!meta\n\n{\"kernelInfo\":{}}\n\n#!csharp\n\nvar n = 4;\n\n#!markdown\n\n# Title\n\n#!fsharp\nlet y = 1\n\n#!csharp\nvar m = n * 2;\n");
        await RunAsync("#!import old.dib");
        Assert.That(await RunAsync("m"), Is.EqualTo("8"));
    }

    [Test]
    public async Task A_source_file_with_a_namespace_can_be_imported()
    {
        Write("Animals.cs", "using System;\n\nnamespace Animals;\n\npublic class Cat\n{\n    public string Call() => \"meow\";\n}\n");
        await RunAsync("#!import Animals.cs");
        Assert.That(await RunAsync("using Animals;\nnew Cat().Call()"), Is.EqualTo("meow"));
    }

    [Test]
    public async Task A_failure_in_a_file_fails_the_cell_and_names_file_and_line()
    {
        Write("bad.csx", "var before = 1;\n\nthrow new TimeoutException(\"too slow\");");
        var error = await FailAsync("\n#!import bad.csx\nConsole.Write(1);");
        Assert.That(error.Name, Is.EqualTo("System.TimeoutException"));
        Assert.That(error.Traceback, Is.EqualTo(new[]
        {
            "System.TimeoutException: too slow",
            "   in bad.csx line 3: throw new TimeoutException(\"too slow\");",
            "   in cell line 2: #!import bad.csx",
        }));
        Assert.That(error.Line, Is.EqualTo(2));
        Assert.That(Output.Events, Is.Empty);
        Assert.That(await RunAsync("before"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Errors_of_the_compiler_and_of_directives_in_a_file_name_it_too()
    {
        Write("compile.csx", "\n  missing();");
        Write("directive.csx", "\n#r \"missing.dll\"");
        Write("outer.csx", "#!import directive.csx");
        Assert.That((await FailAsync("#!import compile.csx")).Value, Does.StartWith("compile.csx line 2, column 3: error CS0103"));
        var error = await FailAsync("#!import outer.csx");
        Assert.That(error.Value, Does.StartWith("directive.csx line 2: "));
        Assert.That(error.Traceback.Skip(1), Is.EqualTo(new[]
        {
            "   in directive.csx line 2: #r \"missing.dll\"",
            "   in outer.csx line 1: #!import directive.csx",
            "   in cell line 1: #!import outer.csx",
        }));
    }

    [Test]
    public async Task A_failure_in_a_notebook_names_its_cell_and_in_a_dib_the_line_of_the_file()
    {
        var notebook = NotebookDocument.Create();
        notebook.Add(CellKind.Markdown, "text");
        notebook.Add(CellKind.Code, "var n = 1;\nn = int.Parse(\"x\");");
        notebook.Save(Path.Combine(Folder, "other.ipynb"));
        Write("old.dib", "#!markdown\n# Title\n#!csharp\n\nthrow new TimeoutException();");
        Assert.That((await FailAsync("#!import other.ipynb")).Traceback[1], Is.EqualTo("   in other.ipynb cell 2 line 2: n = int.Parse(\"x\");"));
        Assert.That((await FailAsync("#!import old.dib")).Traceback[1], Is.EqualTo("   in old.dib line 5: throw new TimeoutException();"));
    }

    [Test]
    public async Task A_method_of_a_file_keeps_its_place_in_later_tracebacks()
    {
        Write("lib.csx", "int Parse(string text)\n{\n    return int.Parse(text);\n}");
        await RunAsync("#!import lib.csx");
        var error = await FailAsync("\nParse(\"x\");");
        Assert.That(error.Traceback.Skip(1).Take(2), Is.EqualTo(new[] { "   in lib.csx line 3: return int.Parse(text);", "   in cell line 2: Parse(\"x\");" }));
    }

    [TestCase("#!import missing.csx", "there is no file")]
    [TestCase("#!import", "file name is missing")]
    [TestCase("#!import data.txt", "only files of these kinds")]
    [TestCase("#load \"book.ipynb\"", "only files of these kinds")]
    [TestCase("#load book", "in double quotes")]
    [TestCase("#!import book.ipynb", "book.ipynb cannot be read")]
    [TestCase("#!import self.csx", "imports itself: self.csx -> other.csx -> self.csx")]
    public async Task A_file_that_cannot_be_run_is_an_error(string directive, string message)
    {
        Write("data.txt", "");
        Write("book.ipynb", "{ not json");
        Write("self.csx", "#!import other.csx");
        Write("other.csx", "#!import self.csx");
        Assert.That((await FailAsync(directive)).Value, Does.Contain(message));
        Assert.That(await RunAsync("1"), Is.EqualTo("1"));
    }
}
