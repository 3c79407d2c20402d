using System.Text;
using AngleSharp.Dom;
using Course.Notebooks.Documents;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Publishing;

/// <summary>What a notebook tries to bring into the reader's browser, and what is left of it.</summary>
public sealed class UntrustedNotebookTests
{
    // Every one sets window.pwned when it gets through. They are also opened in a browser: BookInBrowserTests.
    public static readonly string[] Attacks =
    [
        "<script>window.pwned=1</script>",
        "<SCRIPT SRC=data:text/javascript,window.pwned=1></SCRIPT>",
        "<script>window.pwned=1//",
        "<<script>window.pwned=1//<</script>",
        "<img src=x onerror=window.pwned=1>",
        "<img src=x onerror='window.pwned=1'",
        "<img src=\"x`<script>window.pwned=1</script>\"`>",
        "<img src=\"data:image/svg+xml;base64," + "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93LnB3bmVkPTEiPjxzY3JpcHQ+d2luZG93LnB3bmVkPTE8L3NjcmlwdD48L3N2Zz4=" + "\">",
        "<body onload=window.pwned=1>",
        "<div onmouseover=window.pwned=1 onfocus=window.pwned=1 tabindex=1 autofocus>x</div>",
        "<a href=\"javascript:window.pwned=1\">x</a>",
        "<a href=\"jav&#x09;ascript:window.pwned=1\">x</a>",
        "<a href=\" &#14; javascript:window.pwned=1\">x</a>",
        "<a href=\"data:text/html,<script>window.pwned=1</script>\">x</a>",
        "<a href=\"vbscript:window.pwned=1\">x</a>",
        "<svg onload=window.pwned=1></svg>",
        "<svg><script>window.pwned=1</script></svg>",
        "<svg><a xlink:href=\"javascript:window.pwned=1\"><text y=20>x</text></a></svg>",
        "<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s></animate></svg>",
        "<svg><set attributeName=onload to=window.pwned=1></set></svg>",
        "<svg><foreignObject><img src=x onerror=window.pwned=1></foreignObject></svg>",
        "<svg><title><![CDATA[<img src=x onerror=window.pwned=1>]]></title></svg>",
        "<svg><desc>&lt;img src=x onerror=window.pwned=1&gt;</desc></svg>",
        "<svg><use href=\"data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=window.pwned=1></svg>#x\"></use></svg>",
        "<svg><style>@import 'data:text/css,*{}';</style><p><style><img src=x onerror=window.pwned=1></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1></style></mglyph></table></mtext></math>",
        "<math href=\"javascript:window.pwned=1\">x</math>",
        "<noscript><p title=\"</noscript><img src=x onerror=window.pwned=1>\"></noscript>",
        "<meta http-equiv=refresh content=\"0;url=javascript:window.pwned=1\">",
        "<meta http-equiv=\"refresh\" content=\"0;url=data:text/html,x\">",
        "<base href=\"https://example.com/\">",
        "<link rel=stylesheet href=\"data:text/css,body{display:none}\">",
        "<iframe src=\"javascript:parent.pwned=1\"></iframe>",
        "<iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe>",
        "<object data=\"data:text/html,<script>window.pwned=1</script>\"></object>",
        "<embed src=\"data:text/html,x\">",
        "<form action=\"javascript:window.pwned=1\"><button formaction=\"javascript:window.pwned=1\">x</button><input autofocus onfocus=window.pwned=1></form>",
        "<div style=\"position:fixed;inset:0;z-index:99\">covers the page</div>",
        "<div style=\"background:url(https://example.com/x)\">x</div>",
        "<div style=\"width:expression(window.pwned=1)\">x</div>",
        "<style>body{display:none}</style>",
        "<div id=book-search class=bar>imitates the page</div>",
        "<details ontoggle=window.pwned=1 open>x</details>",
        "<video><source onerror=window.pwned=1></video><audio src=x onerror=window.pwned=1></audio>",
        "<template><script>window.pwned=1</script></template>",
        "</section></main><script>window.pwned=1</script>",
        "<!--><img src=x onerror=window.pwned=1>-->",
        "<x-slot n=\"0\"></x-slot><a title='<x-slot n=\"0\"></x-slot>'>x</a>",
        "<a title='\"><img src=x onerror=window.pwned=1>'>x</a>",
        "[x](javascript:window.pwned=1)",
        "[x](JaVaScRiPt:window.pwned=1)",
        "![x](javascript:window.pwned=1)",
        "![x\" onerror=\"window.pwned=1](x.png)",
        "<javascript:window.pwned=1>",
        "[x]: javascript:window.pwned=1\n\n[x]",
        "```\"><script>window.pwned=1</script>\n</code></pre><script>window.pwned=1</script>\n```",
        "$<img src=x onerror=window.pwned=1>$",
        "$$\\text{</annotation></semantics></math><script>window.pwned=1</script>}$$",
        "$\\nosuch{<script>window.pwned=1</script>}$",
        "# <img src=x onerror=window.pwned=1> heading",
    ];

    [Test]
    public async Task Nothing_that_could_run_or_cover_the_page_gets_into_the_book([ValueSource(nameof(Attacks))] string attack)
    {
        using var folder = new BookFolder();
        await WriteAsync(folder, attack);
        AssertHarmless(folder.Page("evil.html"), attack);
    }

    [Test]
    public async Task All_of_them_together_leave_the_words_around_them_alone()
    {
        using var folder = new BookFolder();
        await WriteAsync(folder, Attacks);
        var page = folder.Page("evil.html");
        AssertHarmless(page, "all");
        Assert.That(page.QuerySelector("main")!.TextContent, Does.Contain("the text after it"));
    }

    [Test]
    public async Task What_is_harmless_stays()
    {
        using var folder = new BookFolder();
        var notebook = folder.Notebook("good.ipynb", "# A <b>bold</b> title\n\n<details><summary>More</summary>\n\n*inside*\n\n</details>\n\nH<sub>2</sub>O");
        BookFolder.AddCode(notebook, "1", ("text/html", "<table><tr><td style=\"text-align:right;color:red\">4</td></tr></table><svg viewBox=\"0 0 9 9\"><rect width=\"9\" height=\"9\" fill=\"url(#g)\"/></svg>"));
        folder.Save("good.ipynb", notebook);
        await folder.WriteAsync();
        var page = folder.Page("good.html");
        Assert.That(page.QuerySelector("h1 b")!.TextContent, Is.EqualTo("bold"));
        Assert.That(page.QuerySelector("details em")!.TextContent, Is.EqualTo("inside"));
        Assert.That(page.QuerySelector("sub"), Is.Not.Null);
        Assert.That(page.QuerySelector(".display td")!.GetAttribute("style"), Does.Contain("text-align: right").And.Contain("--ink:"));
        Assert.That(page.QuerySelector(".display svg rect")!.GetAttribute("fill"), Does.Match(@"^url\(#drawing-\d+-g\)$"));
    }

    [Test]
    public async Task Trust_keeps_scripts_and_says_no_policy()
    {
        using var folder = new BookFolder();
        var notebook = folder.Notebook("mine.ipynb", "# Mine\n\n<script>window.mine=1</script>");
        BookFolder.AddCode(notebook, "1", ("text/html", "<div id=\"mine\"></div><script>window.also=1</script>"));
        BookFolder.AddCode(notebook, "2", ("application/javascript", "window.third='</script>'"));
        folder.Save("mine.ipynb", notebook);
        await folder.WriteAsync(options => options with { Trust = true });
        var html = folder.Text("mine.html");
        Assert.That(html, Does.Contain("window.mine=1").And.Contain("window.also=1").And.Contain("window.third='<\\/script>'").And.Contain("id=\"mine\""));
        Assert.That(html, Does.Not.Contain("Content-Security-Policy"));
        await folder.WriteAsync();
        Assert.That(folder.Text("mine.html"), Does.Not.Contain("window.mine").And.Not.Contain("window.also").And.Not.Contain("window.third").And.Contain("Content-Security-Policy"));
    }

    /// <summary>A book in which attacks stand wherever a notebook can put text.</summary>
    internal static async Task WriteAsync(BookFolder folder, params string[] attacks)
    {
        var notebook = folder.Notebook("evil.ipynb", "# Evil");
        var title = notebook.Metadata;
        title["title"] = attacks[0];
        foreach (var attack in attacks)
        {
            notebook.Add(CellKind.Markdown, attack + "\n\nthe text after it");
            notebook.Add(CellKind.Raw, attack);
            var json = System.Text.Json.JsonSerializer.Serialize(attack);
            BookFolder.AddCode(notebook, attack, ("text/html", attack));
            BookFolder.AddCode(notebook, "1", ("text/markdown", attack));
            BookFolder.AddCode(notebook, "1", ("text/latex", attack));
            BookFolder.AddCode(notebook, "1", ("text/plain", attack));
            BookFolder.AddCode(notebook, "1", ("image/svg+xml", attack));
            BookFolder.AddCode(notebook, "1", ("image/png", attack));
            BookFolder.AddCode(notebook, "1", ("application/javascript", "window.pwned=1"));
            BookFolder.AddCode(notebook, "1", ("application/json", json));
            BookFolder.AddCode(notebook, "1", ("application/vnd.plotly.v1+json",
                "{\"data\":[{\"x\":[1],\"y\":[2],\"text\":" + json + "}],\"layout\":{\"title\":{\"text\":" + json + "}}}"), ("text/html", attack));
        }
        folder.Save("evil.ipynb", notebook);
        var contents = folder.File("README.md", "| | |\n|-|-|\n| [" + attacks[0].Replace("|", "", StringComparison.Ordinal).ReplaceLineEndings(" ") + "](evil.ipynb) | " + attacks[0].Replace("|", "", StringComparison.Ordinal).ReplaceLineEndings(" ") + " |");
        await folder.WriteAsync(options => options with { ContentsFile = contents, ChartLibrary = Encoding.UTF8.GetBytes("window.Plotly={newPlot(){return Promise.resolve()},react(){}};") });
    }

    private static void AssertHarmless(IElement page, string attack)
    {
        foreach (var element in page.QuerySelectorAll("*"))
        {
            foreach (var attribute in element.Attributes)
            {
                Assert.That(attribute.Name, Does.Not.StartWith("on"), attack);
                if (attribute.Name is "href" or "src" or "xlink:href" or "action" or "formaction" or "data" or "srcdoc")
                {
                    Assert.That(new string([.. attribute.Value.Where(c => c > ' ')]), Does.Not.StartWith("javascript:").IgnoreCase
                        .And.Not.StartWith("vbscript:").IgnoreCase.And.Not.StartWith("data:text").IgnoreCase, attack);
                }
            }
            var style = element.GetAttribute("style") ?? "";
            Assert.That(style, Does.Not.Contain("position").And.Not.Contain("url(").And.Not.Contain("z-index").And.Not.Contain("expression"), attack);
        }
        Assert.That(page.QuerySelectorAll("iframe,object,embed,form,base,video,audio,source,template,noscript,foreignObject,animate,set,use,style,frame"), Is.Empty, attack);
        Assert.That(page.QuerySelectorAll("script").Where(script => script.GetAttribute("type") != "application/json" && script.GetAttribute("src")?.StartsWith("assets/", StringComparison.Ordinal) != true), Is.Empty, attack);
        Assert.That(page.QuerySelectorAll("script[type]").All(script => !script.HasAttribute("src")), attack);
        Assert.That(page.QuerySelectorAll("link").Select(link => link.GetAttribute("rel")), Is.EqualTo(new[] { "icon", "stylesheet" }), attack);
        Assert.That(page.QuerySelectorAll("meta[http-equiv]").Select(meta => meta.GetAttribute("http-equiv")), Is.EqualTo(new[] { "Content-Security-Policy" }), attack);
        Assert.That(page.QuerySelectorAll("[id=book-search]").Select(box => box.LocalName), Is.EqualTo(new[] { "input" }), attack);
        Assert.That(page.QuerySelectorAll(".bar").Select(bar => bar.LocalName), Is.EqualTo(new[] { "header" }), attack);
        Assert.That(page.QuerySelectorAll("main").Length, Is.EqualTo(1), attack);
        Assert.That(page.QuerySelectorAll("input").Length, Is.EqualTo(1), attack);
    }
}
