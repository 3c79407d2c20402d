using Course.Notebooks.Kernels;
using Microsoft.DotNet.Interactive.Formatting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class DisplayTests : SessionFixture
{
    [TearDown]
    public void ForgetFormatters() => Formatter.ResetToDefault();

    [TestCase("new { A = 1 }", "<details open=\"open\" class=\"dni-treeview\">")]
    [TestCase("record P(string Name);\nnew P(\"Ann\")", "<td>Name</td>")]
    [TestCase("new[] { 1, 2, 3 }", "[ 1, 2, 3 ]")]
    [TestCase("Enumerable.Range(0, 30)", "18, 19 ... (10 more)")]
    [TestCase("new Dictionary<string, int> { [\"a\"] = 1 }", "<i>key</i>")]
    [TestCase("new[] { new { A = 1 } }", "<i>index</i>")]
    [TestCase("HTML(\"<b>bold</b>\")", "<b>bold</b>")]
    [TestCase("using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;\nb(\"hi\")", "<b>hi</b>")]
    public async Task Objects_have_html_and_plain_text(string code, string html)
    {
        var bundle = await ResultAsync(code);
        Assert.That(bundle.Data.Keys, Is.EquivalentTo(new[] { "text/html", "text/plain" }));
        Assert.That(bundle.Data["text/html"], Does.Contain(html));
        Assert.That(bundle.Data["text/plain"], Is.Not.Empty.And.Not.Contains("<td>"));
    }

    [TestCase("\"a <b>\"", "text/plain", "a <b>")]
    [TestCase("(Microsoft.DotNet.Interactive.Formatting.LaTeXString)\"x^2\"", "text/latex", "x^2")]
    public async Task Some_types_prefer_another_representation(string code, string mimeType, string content) =>
        Assert.That((await ResultAsync(code)).Data[mimeType], Is.EqualTo(content));

    [TestCase("HTML(\"<p>one &amp; <b>two</b></p><script>x()</script>\")", "one & two")]
    [TestCase("HTML(\"<svg></svg>\")", "text/html")]
    [TestCase("new double[,] { { 1, 2 }, { 3, 4 } }", "[ 1, 2 ]\n[ 3, 4 ]")]
    [TestCase("(Action)(() => { })", "System.Action")]
    public async Task The_plain_text_is_readable(string code, string plain) =>
        Assert.That(await RunAsync(code), Is.EqualTo(plain));

    [Test]
    public async Task Display_sends_the_representations_asked_for_and_plain_text()
    {
        await RunAsync("display(new { A = 1 }, \"application/json\");");
        await RunAsync("new { A = 1 }.Display(\"text/html\", \"text/csv\");");
        await RunAsync("display(1, \"text/plain\");");
        Assert.That(Output.Displays[0].Data.Keys, Is.EqualTo(new[] { "application/json", "text/plain" }));
        Assert.That(Output.Displays[0].Data["application/json"], Is.EqualTo("{\"A\":1}"));
        Assert.That(Output.Displays[1].Data.Keys, Is.EqualTo(new[] { "text/html", "text/csv", "text/plain" }));
        Assert.That(Output.Displays[2].Data.Keys, Is.EqualTo(new[] { "text/plain" }));
    }

    [Test]
    public async Task DisplayAs_takes_the_text_as_it_is()
    {
        await RunAsync("\"<b>x</b>\".DisplayAs(\"text/html\").Update(\"<i>y</i>\");");
        Assert.That(Output.Displays.Single().Data["text/html"], Is.EqualTo("<b>x</b>"));
        Assert.That(Output.Displays.Single().Data["text/plain"], Is.EqualTo("x"));
        Assert.That(Output.Updates.Single().Bundle.Data["text/html"], Is.EqualTo("<i>y</i>"));
    }

    [Test]
    public async Task DisplayTable_has_a_column_for_each_property()
    {
        await RunAsync("new[] { new { Name = \"Ann\", Age = 3 }, new { Name = \"Bob\", Age = 12 } }.DisplayTable();");
        Assert.That(Output.Displays.Single().Data["text/html"], Does.Contain("<span>Name</span>").And.Contain("Bob"));
        Assert.That(Output.Displays.Single().Data["text/plain"], Is.EqualTo("Name  Age\nAnn   3\nBob   12"));
    }

    [Test]
    public async Task Update_replaces_what_is_shown_also_from_a_later_cell()
    {
        await RunAsync("var shown = display(\"one\"); shown.Update(\"two\");");
        var later = new RecordingOutput();
        await Session.ExecuteAsync("shown.Update(new[] { 3 });", later);
        Assert.That(Output.Updates.Single().Bundle.Data["text/plain"], Is.EqualTo("two"));
        Assert.That(later.Updates.Single().Bundle.Data["text/plain"], Is.EqualTo("[ 3 ]"));
        Assert.That(new[] { Output.Updates.Single().Id, later.Updates.Single().Id }, Is.All.EqualTo(Output.DisplayIds.Single()));
        Assert.That(await RunAsync("shown.IsUpdated"), Is.EqualTo("True"));
    }

    [Test]
    public async Task A_formatter_registered_in_a_cell_is_the_one_used()
    {
        await RunAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            record Weight(double Kilograms);
            Formatter.Register<Weight>(weight => $"<b>{weight.Kilograms} kg</b>", "text/html");
            """);
        Assert.That((await ResultAsync("new Weight(1.5)")).Data["text/html"], Is.EqualTo("<b>1.5 kg</b>"));
    }

    [Test]
    public async Task Preferred_mime_types_of_a_type_are_honoured()
    {
        await RunAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            record Weight(double Kilograms);
            Formatter.SetPreferredMimeTypesFor(typeof(Weight), "text/html", "text/plain", "application/json");
            Formatter.Register<Weight>(weight => $"{weight.Kilograms} kg", "text/plain");
            """);
        var bundle = await ResultAsync("new Weight(1.5)");
        Assert.That(bundle.Data.Keys, Is.EqualTo(new[] { "text/html", "text/plain", "application/json" }));
        Assert.That(bundle.Data["text/plain"], Is.EqualTo("1.5 kg"));
        Assert.That(bundle.Data["application/json"], Is.EqualTo("{\"Kilograms\":1.5}"));
    }

    [Test]
    public async Task A_formatter_that_throws_fails_the_cell_with_its_own_error()
    {
        await RunAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            record Weight(double Kilograms);
            Formatter.Register<Weight>(Show, "text/html");
            string Show(Weight weight) => throw new InvalidOperationException("no scale");
            """);
        var error = await FailAsync("new Weight(1)");
        Assert.That(error.Name, Is.EqualTo("System.InvalidOperationException"));
        Assert.That(error.Traceback, Has.Some.Contains("an earlier cell line 4: string Show"));
    }

    [Test]
    public async Task Css_and_javascript_are_shown_as_html()
    {
        await RunAsync("CSS(\"p { color: red }\"); Javascript(\"f();\");");
        Assert.That(Output.Displays[0].Data["text/html"], Is.EqualTo("<style>p { color: red }</style>"));
        Assert.That(Output.Displays[1].Data["text/html"], Is.EqualTo("<script type=\"text/javascript\">f();</script>"));
    }

    [Test]
    public async Task A_cell_may_return_representations_it_made_itself()
    {
        var bundle = await ResultAsync("new Microsoft.DotNet.Interactive.Formatting.FormattedValue(\"image/svg+xml\", \"<svg/>\")");
        Assert.That(bundle.Data["image/svg+xml"], Is.EqualTo("<svg/>"));
    }

    [Test]
    public async Task A_representation_may_say_something_about_itself()
    {
        var bundle = await ResultAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            new[] { new FormattedValue("image/png", "iVBORw0KGgo=") { Metadata = new() { ["width"] = 3 } }, new FormattedValue("text/html", "<i>3</i>") }
            """);
        Assert.That(bundle.Data.Keys, Is.EqualTo(new[] { "image/png", "text/html", "text/plain" }));
        Assert.That(bundle.Metadata!.ToJsonString(), Is.EqualTo("""{"image/png":{"width":3}}"""));
        Assert.That((await ResultAsync("1")).Metadata, Is.Null);
    }

    [Test]
    public void Nothing_can_be_displayed_outside_a_cell()
    {
        var error = Assert.Throws<InvalidOperationException>(() => 1.Display());
        Assert.That(error!.Message, Does.Contain("notebook cell"));
    }

    private async Task<MimeBundle> ResultAsync(string code)
    {
        var reply = await Session.ExecuteAsync(code, Output);
        Assert.That(reply.Error, Is.Null, () => string.Join('\n', reply.Error!.Traceback));
        return reply.Result!;
    }
}
