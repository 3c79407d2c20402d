using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution.Parameters;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution.Parameters;

[TestFixture]
public sealed class ParameterTests
{
    [TestCase("42", "var x = 42;")]
    [TestCase("-42", "var x = -42;")]
    [TestCase("2147483648", "var x = 2147483648L;")]
    [TestCase("18446744073709551615", "var x = 18446744073709551615ul;")]
    [TestCase("0.5", "var x = 0.5d;")]
    [TestCase("-1e-3", "var x = -0.001d;")]
    [TestCase("1E6", "var x = 1000000d;")]
    [TestCase("NaN", "var x = double.NaN;")]
    [TestCase("-inf", "var x = double.NegativeInfinity;")]
    [TestCase("true", "var x = true;")]
    [TestCase("False", "var x = false;")]
    [TestCase("null", "object x = null;")]
    [TestCase("None", "object x = null;")]
    [TestCase("hello", "var x = \"hello\";")]
    [TestCase("", "var x = \"\";")]
    [TestCase("007", "var x = \"007\";")]
    [TestCase("1,5", "var x = \"1,5\";")]
    [TestCase("\"42\"", "var x = \"42\";")]
    [TestCase("\"a\\nb\"", "var x = \"a\\nb\";")]
    [TestCase("\"", "var x = \"\\\"\";")]
    [TestCase("\"; Environment.Exit(0); //", "var x = \"\\\"; Environment.Exit(0); //\";")]
    public void Without_a_declaration_the_value_decides_the_type(string text, string line) =>
        Assert.That(new CSharpParameters("").Assign(new NotebookParameter("x", text)), Is.EqualTo(line));

    [TestCase("float x = 1;", "0.1", "float x = 0.1f;")]
    [TestCase("var x = 1e-3f;", "2", "float x = 2f;")]
    [TestCase("var x = -1.5;", "2", "double x = 2d;")]
    [TestCase("double x = 1;", "2", "double x = 2d;")]
    [TestCase("double x = 1, y = 2;", "3", "double x = 3d;")]
    [TestCase("long x = 1;", "2", "long x = 2L;")]
    [TestCase("decimal x = 1;", "2.50", "decimal x = 2.50m;")]
    [TestCase("byte x = 1;", "255", "byte x = 255;")]
    [TestCase("string x = \"a\";", "42", "string x = \"42\";")]
    [TestCase("string x = \"a\";", "null", "string x = null;")]
    [TestCase("int? x = 1;", "null", "int? x = null;")]
    [TestCase("int? x = 1;", "5", "int? x = 5;")]
    [TestCase("bool x = true;", "false", "bool x = false;")]
    [TestCase("Device x = Device.Cpu;", "cpu", "x = \"cpu\";")]
    [TestCase("#r \"a.dll\"\nusing System.IO;\nint x = 1; // usual", "7", "int x = 7;")]
    public void A_declaration_decides_the_type(string declaration, string text, string line) =>
        Assert.That(new CSharpParameters(declaration).Assign(new NotebookParameter("x", text)), Is.EqualTo(line));

    [TestCase("int x = 1;", "many", "'x' is a int; 'many' is none")]
    [TestCase("int x = 1;", "2147483648", "'2147483648' is none")]
    [TestCase("int x = 1;", "0.5", "'0.5' is none")]
    [TestCase("byte x = 1;", "256", "'256' is none")]
    [TestCase("bool x = true;", "1", "'1' is none")]
    [TestCase("double x = 1;", "fast", "'fast' is none")]
    [TestCase("decimal x = 1;", "1e300", "'1e300' is none")]
    [TestCase("int x = 1;", "null", "'null' is none")]
    public void A_value_that_does_not_fit_is_refused(string declaration, string text, string message) =>
        Assert.That(() => new CSharpParameters(declaration).Assign(new NotebookParameter("x", text)),
            Throws.TypeOf<ParameterException>().With.Message.Contains(message));

    [TestCase("")]
    [TestCase("1x")]
    [TestCase("a b")]
    [TestCase("a;b")]
    [TestCase("x = 1; y")]
    [TestCase("class")]
    [TestCase("_")]
    [TestCase("@x")]
    public void A_name_that_is_no_variable_is_refused(string name)
    {
        Assert.That(() => new CSharpParameters("").Assign(new NotebookParameter(name, "1")), Throws.TypeOf<ParameterException>());
        if (name is not "_" and not "class")
        {
            Assert.That(() => new PythonParameters("").Assign(new NotebookParameter(name, "1")), Throws.TypeOf<ParameterException>());
        }
    }

    [TestCase("lambda")]
    [TestCase("None")]
    public void A_keyword_is_no_variable_in_Python(string name) =>
        Assert.That(() => new PythonParameters("").Assign(new NotebookParameter(name, "1")), Throws.TypeOf<ParameterException>());

    [TestCase("42", "x = 42")]
    [TestCase("99999999999999999999", "x = 99999999999999999999")]
    [TestCase("5.0", "x = 5.0")]
    [TestCase("1e-7", "x = 1E-07")]
    [TestCase("NaN", "x = float('nan')")]
    [TestCase("inf", "x = float('inf')")]
    [TestCase("true", "x = True")]
    [TestCase("null", "x = None")]
    [TestCase("it's", "x = \"it's\"")]
    [TestCase("a\"b\\c\nd", "x = \"a\\\"b\\\\c\\nd\"")]
    [TestCase("é🙂", "x = \"\\u00e9\\U0001f642\"")]
    public void Values_become_Python(string text, string line) =>
        Assert.That(new PythonParameters("").Assign(new NotebookParameter("x", text)), Is.EqualTo(line));

    /// <summary>Whatever the text: one declaration whose literal has that text as its value, and nothing else to run.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Any_text_becomes_one_string_literal(string? text)
    {
        var given = text ?? "";
        var line = new CSharpParameters("string x = \"\";").Assign(new NotebookParameter("x", given));
        var root = CSharpSyntaxTree.ParseText(line, new CSharpParseOptions(LanguageVersion.Preview, kind: SourceCodeKind.Script)).GetCompilationUnitRoot();
        var literal = root.DescendantNodes().OfType<LiteralExpressionSyntax>().Single();
        var value = new NotebookParameter("x", given).Value;
        return root.Members.Count == 1 && !root.ContainsDiagnostics && !line.Contains('\n')
            && (value is null ? literal.Token.Value is null : (string?)literal.Token.Value == (value as string ?? given));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Any_double_reads_back_as_it_was(double number)
    {
        var text = number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return new NotebookParameter("x", text).Value switch
        {
            double value => value.Equals(number),
            System.Numerics.BigInteger whole => (double)whole == number,
            _ => false,
        };
    }

    [Test]
    public void The_cell_stands_below_the_declaring_one_and_is_replaced_the_next_time()
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Markdown, "text");
        document.Add(CellKind.Code, "#!import x.csx");
        Tag(document.Add(CellKind.Code, "int steps = 100;\nvar rate = 0.1f;"), "parameters");
        document.Add(CellKind.Code, "steps * rate");

        var notes = ParameterCell.Inject(document, [new("steps", "1"), new("rate", "2"), new("step", "9"), new("steps", "5")]);

        Assert.That(document.Cells.Select(cell => cell.HasTag("injected-parameters")), Is.EqualTo([false, false, false, true, false]));
        Assert.That(document.Cells[3].Source, Is.EqualTo("// Parameters\nint steps = 5;\nfloat rate = 2f;\nvar step = 9;"));
        Assert.That(document.Cells[3].Language, Is.EqualTo("csharp"));
        Assert.That(notes, Is.EqualTo(["The cell tagged 'parameters' declares no 'step'."]));

        ParameterCell.Inject(document, [new("steps", "6")]);
        Assert.That(document.Cells, Has.Count.EqualTo(5));
        Assert.That(document.Cells[3].Source, Is.EqualTo("// Parameters\nint steps = 6;"));
        var before = document.ToJson();
        Assert.That(ParameterCell.Inject(document, []), Is.Empty);
        Assert.That(document.ToJson(), Is.EqualTo(before), "without parameters nothing changes");
    }

    [Test]
    public void Without_a_declaring_cell_it_is_the_first()
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Markdown, "text");
        Assert.That(ParameterCell.Inject(document, [new("x", "1")]), Is.Empty);
        Assert.That(document.Cells[0].Source, Is.EqualTo("// Parameters\nvar x = 1;"));
    }

    [Test]
    public void Other_languages_are_refused_and_the_notebook_stays()
    {
        var document = NotebookDocument.Parse("""{"cells":[],"metadata":{"kernelspec":{"language":"R"}},"nbformat":4,"nbformat_minor":5}""");
        Assert.That(() => ParameterCell.Inject(document, [new("x", "1")]), Throws.TypeOf<ParameterException>().With.Message.Contains("not of 'r'"));
        Assert.That(document.Cells, Is.Empty);
    }

    private static void Tag(NotebookCell cell, string tag) => cell.Metadata["tags"] = new JsonArray(tag);
}
