using System.Net;
using System.Text.RegularExpressions;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Publishing;

public sealed partial class CodeHighlighterTests
{
    private CodeHighlighter highlighter = null!;

    [OneTimeSetUp]
    public void Open() => highlighter = new CodeHighlighter();

    [OneTimeTearDown]
    public void Close() => highlighter.Dispose();

    [TestCase("var x = 1;", "<span class=\"k\">var</span> x = <span class=\"n\">1</span>;")]
    [TestCase("return \"a<b\\n\";", "<span class=\"k\">return</span> <span class=\"s\">&quot;a&lt;b</span><span class=\"e\">\\n</span><span class=\"s\">&quot;</span>;")]
    [TestCase("Plot.Lines(y); // a", "<span class=\"t\">Plot</span>.<span class=\"m\">Lines</span>(y); <span class=\"c\">// a</span>")]
    [TestCase("List<Gpt> models = new();", "<span class=\"t\">List</span>&lt;<span class=\"t\">Gpt</span>&gt; models = <span class=\"k\">new</span>();")]
    [TestCase("#!import ../x.csx", "<span class=\"k\">#!import</span><span class=\"s\"> ../x.csx</span>")]
    [TestCase("", "")]
    public async Task Code_has_these_colours(string code, string expected) =>
        Assert.That(await highlighter.ToHtmlAsync(code, default), Is.EqualTo(expected));

    [TestCase("record Point(int X);", "<span class=\"t\">Point</span>")]
    [TestCase("Tensor Forward(Tensor x) => x;", "<span class=\"t\">Tensor</span> <span class=\"m\">Forward</span>")]
    [TestCase("class A<T> where T : B { }", "<span class=\"t\">B</span>")]
    [TestCase("x is Gpt gpt", "<span class=\"t\">Gpt</span>")]
    [TestCase("foreach (var a in b) { }", "<span class=\"k\">foreach</span> (<span class=\"k\">var</span>")]
    [TestCase("catch (\nthis is < no C# \"", "&lt;")]
    public async Task A_piece_of_code_is_coloured(string code, string expected) =>
        Assert.That(await highlighter.ToHtmlAsync(code, default), Does.Contain(expected));

    [Test]
    public async Task Colours_change_nothing_in_the_text_of_any_cell_of_the_course()
    {
        foreach (var (file, cell) in CourseNotebooks.Cells(CellKind.Code))
        {
            var html = await highlighter.ToHtmlAsync(cell.Source, default);
            Assert.That(WebUtility.HtmlDecode(Tag().Replace(html, "")), Is.EqualTo(cell.Source), file);
        }
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
