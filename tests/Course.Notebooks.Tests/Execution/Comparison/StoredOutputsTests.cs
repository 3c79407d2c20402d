using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Comparison;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution.Comparison;

/// <summary>Stored against fresh outputs, cell by cell.</summary>
[TestFixture]
public sealed class StoredOutputsTests
{
    private const string Card = """{"metrics":[{"metric":"accuracy","value":VALUE,"low":0.9,"high":1},{"metric":"time","value":TIME,"unit":"s"}]}""";

    private NotebookDocument document = null!;
    private NotebookCell cell = null!;

    [SetUp]
    public void MakeNotebook()
    {
        document = NotebookDocument.Create();
        cell = document.Add(CellKind.Code, "code");
        cell.ExecutionCount = 1;
    }

    [Test]
    public void Printed_text_counts_as_a_whole_and_standard_error_not_at_all()
    {
        Assert.That(Compare(
            [CellOutput.Stream("stdout", "a\n"), CellOutput.Stream("stderr", "warning"), CellOutput.Stream("stdout", "b 1.5\n")],
            [CellOutput.Stream("stdout", "a\nb 1.5\n"), CellOutput.Stream("stderr", "another")]), Is.Null);
        Assert.That(Compare([CellOutput.Stream("stdout", "a\nb 1.5\n")], [CellOutput.Stream("stdout", "a\nb 1.7\n")])!.Place,
            Is.EqualTo("cell 1, printed text, line 2"));
    }

    [Test]
    public void The_best_form_that_both_have_is_compared()
    {
        Assert.That(Compare([Show(("text/html", "<b id='a1'>1</b>"), ("text/plain", "1"))], [Show(("text/html", "<b id='b2'>1</b>"))]), Is.Null);
        Assert.That(Compare([Show(("text/html", "<b>x</b>"), ("text/plain", "1"))], [Show(("text/html", "<i>y</i>"), ("text/plain", "1"))]), Is.Null,
            "plain text says it all");
        Assert.That(Compare([Show(("text/html", "<td>1</td><td>x</td>"))], [Show(("text/html", "<td>1</td><td>y</td>"))])!.Why, Is.EqualTo("'x' became 'y'"));
        Assert.That(Compare([Show(("application/json", """{"a":[1,0.5]}"""))], [Show(("application/json", """{ "a": [1, 0.50001] }"""))]), Is.Null);
        Assert.That(Compare([Show(("application/json", """{"a":[1,2]}"""))], [Show(("application/json", """{"a":[1,3]}"""))])!.Line, Is.EqualTo(4));
        Assert.That(Compare([Show(("image/png", "AAAA"))], [Show(("image/png", "BBBB"))]), Is.Null, "of pictures it counts that they are there");
        Assert.That(Compare([Show(("image/png", "AAAA"))], [Show(("text/plain", "text"))])!.Why, Is.EqualTo("the kind of output differs"));
        Assert.That(Compare([Show(("text/plain", "a"))], [])!.Why, Is.EqualTo("the number of displayed outputs differs"));
        Assert.That(Compare([Show(("text/plain", "a"))], [Show(("text/plain", "a")), Show(("text/plain", "b"))])!.Fresh, Is.EqualTo("2 displayed"));
    }

    [TestCase("0.95", "0.91", "3.5", null)]
    [TestCase("0.95", "0.95", "99", null)]
    [TestCase("0.95", "0.85", "3.5", "the value has left its band")]
    [TestCase("0.95", "null", "3.5", "the value has left its band")]
    public void An_expected_result_may_vary_as_far_as_its_band_and_times_at_all(string stored, string fresh, string time, string? why)
    {
        var difference = Compare([ShowCard(stored, "3.5")], [ShowCard(fresh, time)]);
        Assert.That(difference?.Why, Is.EqualTo(why));

        static CellOutput ShowCard(string value, string time) => Show((ResultCard.MimeType,
            Card.Replace("VALUE", value, StringComparison.Ordinal).Replace("TIME", time, StringComparison.Ordinal)), ("text/plain", value));
    }

    [Test]
    public void An_expected_result_of_other_metrics_differs()
    {
        var difference = Compare([Show((ResultCard.MimeType, """{"metric":"a","value":1}"""))], [Show((ResultCard.MimeType, """{"metric":"b","value":1}"""))]);
        Assert.That((difference!.Stored, difference.Fresh), Is.EqualTo(("a", "b")));
        Assert.That(Compare([Show((ResultCard.MimeType, """{"metric":"a","value":1.5}"""))], [Show((ResultCard.MimeType, """{"metric":"a","value":1.9}"""))])!.Why,
            Does.Contain("1.5 became 1.9"), "without a band the tolerance counts");
    }

    [Test]
    public void Errors_are_compared_by_type_and_message()
    {
        var error = CellOutput.Error(new KernelError("E", "took 3 s at 1.5", ["trace 1"]));
        Assert.That(Compare([error], [CellOutput.Error(new KernelError("E", "took 4 s at 1.5", ["another trace"]))]), Is.Null);
        Assert.That(Compare([error], [CellOutput.Error(new KernelError("F", "v", []))])!.Why, Is.EqualTo("the type of the error differs"));
        Assert.That(Compare([error], [])!.Why, Is.EqualTo("the error is gone"));
        Assert.That(Compare([], [error])!.Why, Is.EqualTo("there was no error"));
    }

    [TestCase("compare-skip", true)]
    [TestCase("compare-tolerance=0.5", true)]
    [TestCase("compare-tolerance=0.01", false)]
    [TestCase("something-else", false)]
    public void Tags_say_how_strictly(string tag, bool same)
    {
        cell.Metadata["tags"] = new JsonArray(tag);
        Assert.That(Compare([CellOutput.Stream("stdout", "10 and 1.5")], [CellOutput.Stream("stdout", "12 and 1.7")]) is null, Is.EqualTo(same));
    }

    [TestCase("""{"tolerance":0.5}""", true)]
    [TestCase("""{"absolute":2.5}""", true)]
    [TestCase("""{"skip":true}""", true)]
    [TestCase("""{"skip":false}""", false)]
    [TestCase("""{"tolerance":0.01}""", false)]
    public void Metadata_of_the_cell_says_how_strictly(string settings, bool same)
    {
        cell.Metadata["compare"] = JsonNode.Parse(settings);
        Assert.That(Compare([CellOutput.Stream("stdout", "10 and 1.5")], [CellOutput.Stream("stdout", "12 and 1.7")]) is null, Is.EqualTo(same));
    }

    [Test]
    public void Metadata_of_the_notebook_is_for_measurements_and_a_cell_may_be_stricter()
    {
        document.Metadata["compare"] = JsonNode.Parse("""{"tolerance":0.5}""");
        Assert.That(Compare([CellOutput.Stream("stdout", "1.5")], [CellOutput.Stream("stdout", "1.7")]), Is.Null);
        Assert.That(Compare([CellOutput.Stream("stdout", "10")], [CellOutput.Stream("stdout", "12")]), Is.Not.Null, "10 counts something");
        cell.Metadata["tags"] = new JsonArray("compare-tolerance=0.01");
        Assert.That(Compare([CellOutput.Stream("stdout", "1.5")], [CellOutput.Stream("stdout", "1.7")]), Is.Not.Null);
    }

    [TestCase("""{"tolerance":"much"}""")]
    [TestCase("""{"tolerance":-1}""")]
    [TestCase("""{"absolute":null}""")]
    public void A_tolerance_that_is_none_is_a_difference(string settings)
    {
        cell.Metadata["compare"] = JsonNode.Parse(settings);
        Assert.That(Compare([], [])!.Why, Is.EqualTo("the tolerance is no number from 0 on"));
        cell.Metadata.Remove("compare");
        cell.Metadata["tags"] = new JsonArray("compare-tolerance=much");
        Assert.That(Compare([], [])!.Stored, Is.EqualTo("compare-tolerance=much"));
    }

    [Test]
    public void A_cell_that_was_never_run_has_nothing_to_compare_with_and_a_new_cell_needs_nothing()
    {
        cell.ExecutionCount = null;
        Assert.That(Compare([], [CellOutput.Stream("stdout", "a")])!.Why, Does.Contain("--write"));
        var stored = new StoredOutputs(document, new NumericTolerance());
        Assert.That(stored.Compare(document.Add(CellKind.Code, "new"), 2), Is.Null);
    }

    [Test]
    public void Html_is_read_as_its_reader_reads_it() =>
        Assert.That(HtmlText.Of("<style>p{}</style><!-- c --><div id=\"x\"><p>a &lt; b</p><table><tr><td>1</td><td>2</td></tr></table><svg><text>3</text></svg><script>4</script></div>")
            .Split('\n'), Is.EqualTo(["a < b", "1  2"]));

    private OutputDifference? Compare(IEnumerable<CellOutput> before, IEnumerable<CellOutput> after)
    {
        cell.SetOutputs(before);
        var stored = new StoredOutputs(document, new NumericTolerance());
        cell.SetOutputs(after);
        return stored.Compare(cell, 1);
    }

    private static CellOutput Show(params (string Type, string Content)[] forms) =>
        CellOutput.Display(new MimeBundle(forms.ToDictionary(form => form.Type, form => form.Content)));
}
