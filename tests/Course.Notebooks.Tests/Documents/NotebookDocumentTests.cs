using System.Text;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Documents;

[TestFixture]
public sealed class NotebookDocumentTests
{
    // The form that nbformat itself writes: one space per level, keys sorted, a final line break.
    private const string AsJupyterWritesIt = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "intro",
           "metadata": {},
           "source": [
            "# Títle 🙂\n",
            "second line"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 1,
           "id": "a1b2",
           "metadata": {
            "tags": [
             "raises-exception"
            ]
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "a\n",
              "b\n"
             ]
            },
            {
             "data": {
              "application/json": {
               "list": [
                1,
                2.50
               ]
              },
              "image/png": "iVBORw0KGgo=\n",
              "text/plain": [
               "<3>"
              ]
             },
             "execution_count": 1,
             "metadata": {},
             "output_type": "execute_result"
            }
           ],
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": ".NET (C#)",
           "language": "C#",
           "name": ".net-csharp"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Test]
    public void A_file_in_Jupyters_form_is_written_back_byte_for_byte() =>
        Assert.That(NotebookDocument.Parse(AsJupyterWritesIt).ToJson(), Is.EqualTo(AsJupyterWritesIt));

    [Test]
    public void Cells_and_outputs_are_shown_as_they_are()
    {
        var document = NotebookDocument.Parse(AsJupyterWritesIt);

        Assert.That(document.Language, Is.EqualTo("csharp"));
        Assert.That(document.Cells.Select(cell => cell.Kind), Is.EqualTo([CellKind.Markdown, CellKind.Code]));
        Assert.That(document.Cells[0].Source, Is.EqualTo("# Títle 🙂\nsecond line"));
        var code = document.Cells[1];
        Assert.That(code.HasTag("raises-exception"), Is.True);
        Assert.That(code.ExecutionCount, Is.EqualTo(1));
        Assert.That(code.Outputs[0].Text, Is.EqualTo("a\nb\n"));
        Assert.That(code.Outputs[1].Bundle!.Data["text/plain"], Is.EqualTo("<3>"));
        Assert.That(code.Outputs[1].Bundle!.Data["application/json"], Is.EqualTo("""{"list":[1,2.50]}"""));
        Assert.That(code.Outputs[1].Bundle!.Data["image/png"], Is.EqualTo("iVBORw0KGgo=\n"));
    }

    [Test]
    public void Texts_stored_as_one_string_are_written_as_lines()
    {
        var json = Minimal("""{"cell_type":"code","metadata":{},"outputs":[{"output_type":"stream","name":"stdout","text":"x\ny"}],"source":"1\r\n2\n"}""");
        var document = NotebookDocument.Parse(json);

        Assert.That(document.Cells[0].Source, Is.EqualTo("1\r\n2\n"));
        Assert.That(document.ToJson(), Does.Contain("""
               "source": [
                "1\r\n",
                "2\n"
               ]
            """).And.Contain("""
                 "text": [
                  "x\n",
                  "y"
                 ]
            """));
    }

    [TestCase(0)]
    [TestCase(4)]
    public void Older_minor_versions_become_4_5_with_cell_ids(int minor)
    {
        var cell = """{"cell_type":"code","source":"1"}""";
        var json = $$"""{"cells":[{{cell}},{{cell}}],"nbformat":4,"nbformat_minor":{{minor}}}""";

        var document = NotebookDocument.Parse(json);
        var again = NotebookDocument.Parse(json);

        Assert.That(document.ToJson(), Does.Contain("\"nbformat_minor\": 5"));
        Assert.That(document.Cells.Select(c => c.Id), Is.Unique.And.All.Match("^[0-9a-f]{8}$"));
        Assert.That(again.Cells.Select(c => c.Id), Is.EqualTo(document.Cells.Select(c => c.Id)), "ids do not come from chance");
        Assert.That(document.Cells[0].Outputs, Is.Empty);
        Assert.That(document.Cells[0].ExecutionCount, Is.Null);
    }

    [Test]
    public void Doubled_and_impossible_ids_are_replaced_and_good_ones_kept()
    {
        static string Cell(string id) => $$"""{"cell_type":"raw","id":{{id}},"metadata":{},"source":""}""";
        var document = NotebookDocument.Parse(Minimal(string.Join(",",
            Cell("\"keep-me\""), Cell("\"keep-me\""), Cell("\"no good\""), Cell("7"), Cell("\"\""))));

        Assert.That(document.Cells[0].Id, Is.EqualTo("keep-me"));
        Assert.That(document.Cells.Select(cell => cell.Id), Is.Unique.And.All.Match("^[a-zA-Z0-9_-]{1,64}$"));
    }

    [Test]
    public void A_newer_minor_version_is_kept() =>
        Assert.That(NotebookDocument.Parse("""{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":6}""").ToJson(),
            Does.Contain("\"nbformat_minor\": 6"));

    [Test]
    public void New_code_cells_carry_both_keys_that_CSharp_kernels_look_for()
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Code, "1+1");
        document.Insert(0, CellKind.Markdown, "# Sum");
        var read = NotebookDocument.Parse(document.ToJson());

        Assert.That(read.Cells.Select(cell => cell.Source), Is.EqualTo(["# Sum", "1+1"]));
        var metadata = read.Cells[1].Metadata;
        Assert.That((string?)metadata["dotnet_interactive"]!["language"], Is.EqualTo("csharp"));
        Assert.That((string?)metadata["polyglot_notebook"]!["kernelName"], Is.EqualTo("csharp"));
        Assert.That((string?)read.Metadata["kernelspec"]!["name"], Is.EqualTo(".net-csharp"));
        Assert.That((string?)read.Metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"], Is.EqualTo("csharp"));
    }

    [Test]
    public void The_newer_language_key_wins_and_a_cell_without_one_takes_the_notebooks()
    {
        var document = NotebookDocument.Create();
        var mixed = document.Add(CellKind.Code, "x");
        mixed.Metadata["polyglot_notebook"]!["kernelName"] = "fsharp";
        var plain = document.Add(CellKind.Code, "y");
        plain.Metadata.Clear();

        Assert.That(document.LanguageOf(mixed), Is.EqualTo("fsharp"));
        Assert.That(document.LanguageOf(plain), Is.EqualTo("csharp"));
    }

    [Test]
    public void Outputs_made_here_read_back_as_they_were()
    {
        var document = NotebookDocument.Create();
        var cell = document.Add(CellKind.Code, "");
        var bundle = new MimeBundle(new Dictionary<string, string>
        {
            ["text/html"] = "<b>\nü</b>",
            ["application/vnd.x+json"] = """{"a":[1]}""",
            ["application/json"] = "not json",
        });
        cell.SetOutputs([
            CellOutput.Stream("stderr", "oh\n"),
            CellOutput.Display(bundle),
            CellOutput.Result(new MimeBundle("text/plain", "7"), 3),
            CellOutput.Error(new KernelError("System.Exception", "no", ["line 1", "line 2"])),
        ]);

        var outputs = NotebookDocument.Parse(document.ToJson()).Cells[0].Outputs;

        Assert.That(outputs.Select(o => o.Type), Is.EqualTo(["stream", "display_data", "execute_result", "error"]));
        Assert.That(outputs[0].Text, Is.EqualTo("oh\n"));
        Assert.That(outputs[1].Bundle!.Data["text/html"], Is.EqualTo("<b>\nü</b>"));
        Assert.That(outputs[1].Bundle!.Data["application/vnd.x+json"], Is.EqualTo("""{"a":[1]}"""));
        Assert.That(outputs[1].Bundle!.Data["application/json"], Is.EqualTo("\"not json\""), "kept as a JSON string");
        Assert.That((int?)outputs[2].Json["execution_count"], Is.EqualTo(3));
        Assert.That(outputs[3].Traceback, Is.EqualTo(["line 1", "line 2"]));
    }

    [Test]
    public void Saving_replaces_the_file_and_leaves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "sub", "n.ipynb");
        var document = NotebookDocument.Create();
        document.Add(CellKind.Code, "\"日本\"");

        document.Save(path);
        document.Save(path);

        var bytes = File.ReadAllBytes(path);
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo([path]));
        Assert.That(bytes[0], Is.EqualTo((byte)'{'), "no byte order mark");
        Assert.That(Encoding.UTF8.GetString(bytes), Does.Contain("日本").And.EndsWith("}\n"));
        Assert.That(NotebookDocument.Load(path).ToJson(), Is.EqualTo(document.ToJson()));
    }

    [Test]
    public void Only_code_cells_take_outputs()
    {
        var cell = NotebookDocument.Create().Add(CellKind.Markdown, "x");
        Assert.That(() => cell.SetOutputs([]), Throws.InvalidOperationException.With.Message.Contains("only code cells"));
    }

    private static string Minimal(string cells) => $$"""{"cells":[{{cells}}],"metadata":{},"nbformat":4,"nbformat_minor":5}""";
}
