using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;
using Course.Notebooks.Publishing;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Publishing;

public sealed class BookTests
{
    private const string Contents = """
        # Read me

        What *all* of it is about.

        | | notebook | question |
        |---|---|---|
        | **1** | **Beginnings** | |
        | 01 | [First](notebooks/01-first.ipynb) | Why `one`? |
        | **2** | **Ends** | |
        | 02 | [02 · Second](notebooks/02-second.ipynb#there) | Why two? |
        """;

    private BookFolder folder = null!;

    [SetUp]
    public void Open() => folder = new BookFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task The_menu_has_parts_and_each_page_leads_to_the_one_before_and_after()
    {
        folder.Notebook("01-first.ipynb", "# 01 · First: the beginning");
        folder.Notebook("02-second.ipynb", "# 02 · Second");
        folder.Notebook("03-third.ipynb", "# 03 · Third\n\nnot in the table");
        var report = await folder.WriteAsync(options => options with { ContentsFile = folder.File("README.md", Contents) });

        Assert.That(report.Chapters.Select(chapter => (chapter.Title, chapter.Part)), Is.EqualTo(new[]
        {
            ("01 · First", "Part 1 · Beginnings"), ("02 · Second", "Part 2 · Ends"), ("03 · Third", ""),
        }));
        var page = folder.Page("02-second.html");
        Assert.That(page.QuerySelectorAll(".chapters p").Select(part => part.TextContent), Is.EqualTo(new[] { "Part 1 · Beginnings", "Part 2 · Ends" }));
        Assert.That(page.QuerySelector(".chapters [aria-current=page]")!.GetAttribute("href"), Is.EqualTo("02-second.html"));
        Assert.That(page.QuerySelectorAll(".turn a").Select(link => (link.GetAttribute("rel"), link.GetAttribute("href"))), Is.EqualTo(new[] { ("prev", "01-first.html"), ("next", "03-third.html") }));
        Assert.That(folder.Page("01-first.html").QuerySelectorAll(".turn a").Length, Is.EqualTo(1));
        Assert.That(page.QuerySelector("title")!.TextContent, Is.EqualTo("02 · Second – A <book>"));
        Assert.That(folder.Page("index.html").QuerySelectorAll(".question").Select(question => question.TextContent), Is.EqualTo(new[] { "Why one?", "Why two?" }));
        Assert.That(folder.Page("index.html").QuerySelector(".lead")!.TextContent, Is.EqualTo("What all of it is about."));
        Assert.That(folder.Page("index.html").QuerySelector(".begin")!.GetAttribute("href"), Is.EqualTo("01-first.html"));
        Assert.That(File.ReadAllBytes(Path.Combine(folder.Site, "notebooks", "02-second.ipynb")), Is.EqualTo(File.ReadAllBytes(folder.Notebooks[1])), "the notebook to download");
    }

    [Test]
    public async Task Links_and_images_lead_into_the_book_or_nowhere()
    {
        folder.File("images/a b.png", "pixels");
        folder.File("images/evil.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\"><script>x()</script><rect width=\"5\"/></svg>");
        folder.File("code.cs", "class C { }");
        var outside = Path.Combine(Path.GetTempPath(), Path.GetFileName(folder.Path) + ".png");
        await File.WriteAllTextAsync(outside, "secret");
        try
        {
            folder.Notebook("01-first.ipynb", "# First\n\n[next](02-second.ipynb#there) [code](code.cs) [gone](gone.md) [web](https://example.com) [here](#first) "
                + $"![a](images/a%20b.png) ![b](images/evil.svg) ![c](../{Path.GetFileName(outside)}) ![d](code.cs) [root](/etc/passwd)");
            folder.Notebook("02-second.ipynb", "# Second");
            var source = new SourceAddress(new Uri("https://github.com/some/where"), "main", folder.Path);
            var report = await folder.WriteAsync(options => options with { Source = source });
            var main = folder.Page("01-first.html").QuerySelector("section")!;
            Assert.That(main.QuerySelectorAll("a").Select(link => link.GetAttribute("href")), Is.EqualTo(new[]
            {
                "02-second.html#there", "https://github.com/some/where/blob/main/code.cs", "https://example.com", "#first",
            }));
            Assert.That(main.TextContent, Does.Contain("gone").And.Contain("root"), "a link that leads nowhere is text");
            Assert.That(main.QuerySelectorAll("img").Select(image => image.GetAttribute("src")), Is.EqualTo(new[] { "images/images-a%20b.png", "images/images-evil.svg" }));
            Assert.That(folder.Text("images/images-a b.png"), Is.EqualTo("pixels"));
            Assert.That(folder.Text("images/images-evil.svg"), Is.EqualTo("<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"5\" /></svg>"));
            Assert.That(report.Warnings.Count(warning => warning.Contains("is left out", StringComparison.Ordinal)), Is.EqualTo(2));
            Assert.That(folder.Page("01-first.html").QuerySelector("a.editor")!.GetAttribute("href"), Is.EqualTo("https://vscode.dev/github/some/where/blob/main/01-first.ipynb"));
            Assert.That(folder.Page("01-first.html").QuerySelector("a.editor")!.GetAttribute("data-original"), Is.EqualTo("../01-first.ipynb"));
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Test]
    public async Task An_image_behind_a_linked_folder_is_taken_only_from_below_the_notebook()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows makes symbolic links only for administrators.");
        }

        var outside = Directory.CreateTempSubdirectory("course-outside-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "a.png"), "secret");
            folder.File("images/a.png", "pixels");
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "inside"), Path.Combine(folder.Path, "images"));
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "outside"), outside.FullName);
            folder.Notebook("01-first.ipynb", "# First\n\n![a](inside/a.png) ![b](outside/a.png)");
            var report = await folder.WriteAsync();
            Assert.That(
                folder.Page("01-first.html").QuerySelectorAll("section img").Select(image => image.GetAttribute("src")), Is.EqualTo(new[] { "images/inside-a.png" }));
            Assert.That(folder.Text("images/inside-a.png"), Is.EqualTo("pixels"));
            Assert.That(report.Warnings.Count(warning => warning.Contains("is left out", StringComparison.Ordinal)), Is.EqualTo(1));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Each_output_is_shown_in_its_richest_form()
    {
        var notebook = folder.Notebook("a.ipynb", "# A");
        var cell = notebook.Add(CellKind.Code, "print");
        cell.SetOutputs([CellOutput.Stream("stdout", "\u001b[31mred\u001b[0m & <plain>\n"), CellOutput.Stream("stderr", "oh"), CellOutput.Error(new KernelError("Bad", "worse", ["at <line 1>"]))]);
        BookFolder.AddCode(notebook, "1", ("text/plain", "plain"), ("text/latex", "$$\\frac12$$"));
        BookFolder.AddCode(notebook, "2", ("text/plain", "a picture"), ("image/png", "aGFsbG8="));
        BookFolder.AddCode(notebook, "3", ("text/markdown", "**bold**"), ("text/plain", "bold"));
        BookFolder.AddCode(notebook, "4", ("text/plain", "<just> text"));
        BookFolder.AddCode(notebook, "5", ("application/vnd.plotly.v1+json", "{\"data\":[{\"y\":[1]}],\"layout\":{\"title\":\"</script>\"}}"),
            ("text/html", "<div><img alt=\"what it shows\" src=\"data:image/svg+xml;base64," + Convert.ToBase64String("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='3'/>"u8) + "\"><script>1</script></div>"));
        BookFolder.AddCode(notebook, "6", ("application/vnd.plotly.v1+json", "[\"no figure\"]"), ("text/plain", "instead"));
        folder.Save("a.ipynb", notebook);
        await folder.WriteAsync();
        var outputs = folder.Page("a.html").QuerySelectorAll(".outputs").ToArray();
        Assert.That(outputs[0].QuerySelectorAll("pre").Select(pre => (pre.ClassName, pre.TextContent)), Is.EqualTo(new[]
        {
            ("stream", "red & <plain>"), ("stream stderr", "oh"), ("error", "at <line 1>"),
        }));
        Assert.That(outputs[1].QuerySelector("mfrac"), Is.Not.Null);
        Assert.That(outputs[2].QuerySelector("img")!.GetAttribute("alt"), Is.EqualTo("a picture"));
        Assert.That(outputs[3].QuerySelector("strong")!.TextContent, Is.EqualTo("bold"));
        Assert.That(outputs[4].QuerySelector("pre")!.TextContent, Is.EqualTo("<just> text"));
        var chart = outputs[5].QuerySelector(".chart")!;
        Assert.That(chart.QuerySelector(".still svg")!.GetAttribute("aria-label"), Is.EqualTo("what it shows"));
        Assert.That(chart.QuerySelector(".still svg")!.GetAttribute("viewBox"), Is.EqualTo("0 0 4 3"));
        Assert.That((string?)JsonNode.Parse(chart.QuerySelector("script")!.TextContent)!["layout"]!["title"], Is.EqualTo("</script>"));
        Assert.That(outputs[6].TextContent, Is.EqualTo("instead"));
    }

    [Test]
    public async Task The_search_finds_text_code_and_headings_where_they_stand()
    {
        var notebook = folder.Notebook("a.ipynb", "# Title\n\nfirst   words", "## Tokens & bytes\n\ntext with $x^2$ and `code`", "## Tokens & bytes\n\nagain");
        BookFolder.AddCode(notebook, "var mask = Causal(); // a comment", ("text/plain", "not the output"));
        folder.Save("a.ipynb", notebook);
        await folder.WriteAsync();
        var script = folder.Text("assets/search-index.js");
        Assert.That(script, Does.StartWith("window.bookIndex="));
        var chapter = JsonNode.Parse(script["window.bookIndex=".Length..].TrimEnd().TrimEnd(';'))![0]!;
        Assert.That((string?)chapter[0], Is.EqualTo("a.html"));
        var sections = chapter[2]!.AsArray().Select(section => ((string?)section![0], (string?)section[1], (string?)section[2]));
        Assert.That(sections, Is.EqualTo(new[]
        {
            ("", "Title", "first words"), ("tokens-bytes", "Tokens & bytes", "text with x2 and code"),
            ("tokens-bytes-2", "Tokens & bytes", "again var mask = Causal(); // a comment"),
        }));
        Assert.That(folder.Page("a.html").QuerySelectorAll("h2").Select(heading => heading.Id), Is.EqualTo(new[] { "tokens-bytes", "tokens-bytes-2" }));
        Assert.That(folder.Page("a.html").QuerySelectorAll(".here a").Select(link => link.GetAttribute("href")), Is.EqualTo(new[] { "#tokens-bytes", "#tokens-bytes-2" }));
    }

    [Test]
    public async Task An_attachment_is_shown_and_a_formula_that_cannot_be_drawn_stays_as_it_is_written()
    {
        var notebook = folder.Notebook("a.ipynb", "# A\n\n![pixels](attachment:p.png) ![none](attachment:q.png)\n\n$\\nosuch$");
        notebook.Cells[0].Json["attachments"] = new JsonObject { ["p.png"] = new JsonObject { ["image/png"] = "aGFsbG8=" } };
        folder.Save("a.ipynb", notebook);
        var report = await folder.WriteAsync();
        var page = folder.Page("a.html");
        Assert.That(page.QuerySelectorAll("main img").Select(image => image.GetAttribute("src")), Is.EqualTo(new[] { "data:image/png;base64,aGFsbG8=" }));
        Assert.That(page.QuerySelector(".formula-text")!.TextContent, Is.EqualTo("\\nosuch"));
        Assert.That(report.Warnings, Has.Some.Contains("a.ipynb: The formula \\nosuch stays"));
    }

    [Test]
    public async Task A_second_book_takes_away_the_pages_of_the_first_and_nothing_else()
    {
        folder.Notebook("a.ipynb", "# A");
        folder.Notebook("b.ipynb", "# B");
        await folder.WriteAsync();
        var first = folder.Text("a.html");
        await File.WriteAllTextAsync(Path.Combine(folder.Site, "mine.txt"), "mine");
        await folder.WriteAsync();
        Assert.That(folder.Text("a.html"), Is.EqualTo(first), "the same notebooks give the same page");
        folder.Notebooks.RemoveAt(1);
        await folder.WriteAsync();
        Assert.That(File.Exists(Path.Combine(folder.Site, "b.html")) || File.Exists(Path.Combine(folder.Site, "notebooks", "b.ipynb")), Is.False);
        Assert.That(folder.Text("mine.txt"), Is.EqualTo("mine"));
    }

    [Test]
    public void A_folder_with_other_things_is_left_alone()
    {
        folder.Notebook("a.ipynb", "# A");
        Assert.That(async () => await folder.WriteAsync(options => options with { Output = folder.Path }), Throws.TypeOf<IOException>().With.Message.Contains("other things"));
        Assert.That(async () => await folder.WriteAsync(options => options with { Output = folder.Notebooks[0] }), Throws.TypeOf<IOException>().With.Message.Contains("is a file"));
        Assert.That(Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "a.ipynb" }));
    }

    [Test]
    public async Task Notebooks_that_make_no_book_are_named()
    {
        Assert.That(async () => await folder.WriteAsync(), Throws.ArgumentException.With.Message.Contains("at least one"));
        folder.Notebook("a.ipynb").Add(CellKind.Code, "1");
        folder.Notebook("x/a.ipynb", "# A");
        Assert.That(async () => await folder.WriteAsync(), Throws.ArgumentException.With.Message.Contains("same page"));
        folder.Notebooks[1] = folder.File("broken.ipynb", "{");
        Assert.That(async () => await folder.WriteAsync(), Throws.TypeOf<NotebookFormatException>().With.Message.Contains("broken.ipynb"));
        var unexecuted = folder.Notebook("c.ipynb", "# C");
        unexecuted.Add(CellKind.Code, "1 + 1");
        folder.Save("c.ipynb", unexecuted);
        folder.Notebooks.RemoveRange(0, 2);
        Assert.That((await folder.WriteAsync()).Warnings, Has.Some.Contains("c.ipynb: no cell has an output"));
    }
}
