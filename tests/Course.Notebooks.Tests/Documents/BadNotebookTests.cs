using System.Text;
using Course.Notebooks.Documents;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Documents;

[TestFixture]
public sealed class BadNotebookTests
{
    [TestCase("", "", "empty")]
    [TestCase(" \n ", "", "empty")]
    [TestCase("[]", "$", "JSON object")]
    [TestCase("null", "$", "JSON object")]
    [TestCase("{\n\"cells\": [,]}", "line 2, byte 11", "not valid JSON")]
    [TestCase("{\"cells\":[],\"cells\":[],\"nbformat\":4}", "", "Duplicate property 'cells'")]
    [TestCase("{\"cells\":[]}", "$.nbformat", "version number is missing")]
    [TestCase("{\"nbformat\":3,\"worksheets\":[]}", "$.nbformat", "format 3 is not supported")]
    [TestCase("{\"nbformat\":4,\"nbformat_minor\":\"5\",\"cells\":[]}", "$.nbformat_minor", "whole number")]
    [TestCase("{\"nbformat\":4}", "$.cells", "array of cells")]
    [TestCase("{\"nbformat\":4,\"cells\":[],\"metadata\":[]}", "$.metadata", "object")]
    [TestCase("{\"nbformat\":4,\"cells\":[7]}", "$.cells[0]", "JSON object")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"source\":\"\"}]}", "$.cells[0].cell_type", "string")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"heading\",\"source\":\"\"}]}", "$.cells[0].cell_type", "'heading'")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\"}]}", "$.cells[0].source", "string")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":[\"a\",7]}]}", "$.cells[0].source", "string")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"raw\",\"source\":\"\",\"metadata\":\"\"}]}", "$.cells[0].metadata", "object")]
    [TestCase("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":\"\",\"outputs\":{}}]}", "$.cells[0].outputs", "array")]
    public void The_message_says_where_and_what(string json, string position, string problem) =>
        AssertRefused(json, position, problem);

    [TestCase("{}", ".output_type", "string")]
    [TestCase("{\"output_type\":\"pyout\"}", ".output_type", "'pyout'")]
    [TestCase("{\"output_type\":\"stream\",\"text\":\"\"}", ".name", "string")]
    [TestCase("{\"output_type\":\"stream\",\"name\":\"stdout\"}", ".text", "string")]
    [TestCase("{\"output_type\":\"display_data\"}", ".data", "MIME")]
    [TestCase("{\"output_type\":\"error\",\"ename\":\"\",\"evalue\":\"\",\"traceback\":\"\"}", ".traceback", "array")]
    public void Bad_outputs_are_refused(string output, string position, string problem) =>
        AssertRefused($$"""{"nbformat":4,"cells":[{"cell_type":"code","source":"","outputs":[{{output}}]}]}""",
            "$.cells[0].outputs[0]" + position, problem);

    [TestCase("\"x\":\"\\ud800\"")]
    [TestCase("\"\\udc00\":1")]
    public void Half_a_surrogate_pair_is_refused(string member) =>
        Assert.That(() => NotebookDocument.Parse($$"""{"nbformat":4,"cells":[],"metadata":{ {{member}} } }"""),
            Throws.TypeOf<NotebookFormatException>().With.Message.Contains("surrogate"));

    [Test]
    public void A_tower_of_brackets_is_refused()
    {
        var tower = new string('[', 100_000) + new string(']', 100_000);
        AssertRefused($$"""{"nbformat":4,"cells":[],"metadata":{"a":{{tower}} } }""", "line 1", "not valid JSON");
    }

    [Test]
    public void Invalid_UTF8_is_refused()
    {
        byte[] bytes = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.That(() => NotebookDocument.Parse(bytes),
            Throws.TypeOf<NotebookFormatException>().With.Message.Contains("byte 6").And.Message.Contains("UTF-8"));
    }

    [Test]
    public void A_byte_order_mark_is_fine() =>
        Assert.That(NotebookDocument.Parse([0xEF, 0xBB, 0xBF, .. "{\"nbformat\":4,\"cells\":[]}"u8]).Cells, Is.Empty);

    [Test]
    public void A_file_over_the_limit_is_refused_by_its_size()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("big.ipynb");
        File.WriteAllText(path, new string('x', 1001));
        Assert.That(() => NotebookDocument.Load(path, maxBytes: 1000), Throws.TypeOf<NotebookFormatException>()
            .With.Message.Contains(path).And.Message.Contains("1,001").And.Message.Contains("1,000"));
    }

    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => NotebookDocument.Load("nowhere/none.ipynb"),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("nowhere/none.ipynb"));

    [Test]
    public void Every_truncation_and_every_changed_byte_is_read_or_refused_but_never_crashes()
    {
        var document = NotebookDocument.Create();
        var cell = document.Add(CellKind.Code, "var a = 1;\na");
        cell.SetOutputs([CellOutput.Stream("stdout", "é\n")]);
        var bytes = Encoding.UTF8.GetBytes(document.ToJson());
        var refused = 0;

        for (var i = 0; i < bytes.Length; i++)
        {
            refused += Refuses(bytes.AsSpan(0, i)) ? 1 : 0;
            foreach (var replacement in "\"{}[],:0\0\xFF"u8)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] = replacement;
                refused += Refuses(changed) ? 1 : 0;
            }
        }
        Assert.That(refused, Is.GreaterThan(bytes.Length - 5), "each truncation but the last line break's is refused");
    }

    private static bool Refuses(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _ = NotebookDocument.Parse(bytes).ToJson();
            return false;
        }
        catch (NotebookFormatException)
        {
            return true;
        }
    }

    private static void AssertRefused(string json, string position, string problem)
    {
        var error = Assert.Throws<NotebookFormatException>(() => NotebookDocument.Parse(json, "lesson.ipynb"))!;
        Assert.That(error.Message, Does.StartWith("lesson.ipynb: ").And.Contain(problem));
        Assert.That(error.Position, Does.StartWith(position));
    }
}
