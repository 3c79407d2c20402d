using System.Globalization;
using Course.Notebooks.Publishing;
using Course.Plots.Interactive;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Publishing;

/// <summary>
/// The book of all the course's notebooks in a real browser, opened from the file system: each page on a large screen and on a phone,
/// in light and dark, by keyboard, and as axe-core judges it.
/// </summary>
[TestFixture]
public sealed class BookInBrowserTests
{
    private const string Ready = "document.documentElement?.dataset.ready";
    private const string Arrived = "new Promise(done => setTimeout(() => done(true), 50))";

    private DirectoryInfo? folder;
    private BookReport book = null!;
    private Browser browser = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        if (Browser.Program is not { } program)
        {
            Assert.Ignore("There is no Chromium on this machine: the book was not tried in a browser.");
            return;
        }
        folder = Directory.CreateTempSubdirectory("course-book-");
        book = await Book.WriteAsync(new BookOptions
        {
            Title = "The course",
            Notebooks = CourseNotebooks.Files,
            Output = Path.Combine(folder.FullName, "site"),
            ContentsFile = Path.Combine(CourseNotebooks.Root, "README.md"),
            ChartLibrary = PlotlyCopy.Bytes ?? [],
        });
        browser = await Browser.OpenAsync(program, patience: TimeSpan.FromMinutes(2));
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        folder?.Delete(recursive: true);
    }

    [Test]
    public async Task Every_page_loads_without_a_complaint_or_a_network_and_all_its_charts_draw()
    {
        await browser.ResizeAsync(1200, 900, dark: false);
        browser.Complaints.Clear();
        browser.Requests.Clear();
        var charts = 0;
        foreach (var page in Pages)
        {
            await GoAsync(page);
            var load = await browser.NumberAsync("performance.getEntriesByType('navigation')[0].loadEventEnd");
            var states = await browser.TextAsync("""
                (async () => {
                  const all = [...document.querySelectorAll('.chart')];
                  for (const chart of all) {
                    chart.scrollIntoView();
                    for (let i = 0; i < 2000 && !chart.matches('.drawn, .failed'); i++) await new Promise(done => setTimeout(done, 10));
                  }
                  return all.map(chart => chart.matches('.drawn') && chart.querySelector('.live svg.main-svg') ? 'drawn' : chart.className).join(' ');
                })()
                """);
            Assert.That(states.Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.All.EqualTo("drawn"), page);
            Assert.That(await browser.NumberAsync("[...document.querySelectorAll('img')].filter(image => !image.complete || !image.naturalWidth).length"), Is.Zero, $"pictures of {page}");
            Assert.That(await browser.TextAsync("(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(' '))([...document.querySelectorAll('[id]')].filter(e => !e.closest('.live')).map(e => e.id))"), Is.Empty, $"ids of {page} that stand there twice");
            var drawn = states.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            charts += drawn;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{page}: {Bytes(page) / 1e3:0} kB, loaded in {load:0} ms, {drawn} charts"));
        }
        Assert.That(browser.Complaints, Is.Empty);
        Assert.That(browser.Requests.Where(address => !(address.StartsWith("file:", StringComparison.Ordinal) || address.StartsWith("data:", StringComparison.Ordinal)
            || address.StartsWith("blob:", StringComparison.Ordinal))), Is.Empty, "nothing comes from a network");
        Assert.That(charts, Is.GreaterThan(Pages.Count), "the course is full of charts");
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Pages.Count} pages, {charts} charts, {book.Bytes / 1e6:0.0} MB in all, shared files {SharedBytes() / 1e6:0.0} MB"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Axe_finds_no_serious_violation_on_any_page(bool dark)
    {
        var axe = new BundledAxeScriptProvider().GetScript();
        await browser.ResizeAsync(1200, 900, dark);
        // Pages differ in the dark by nothing but their colours.
        var rules = dark ? "['color-contrast', 'link-in-text-block']" : "null";
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var serious = new List<string>();
        foreach (var page in Pages)
        {
            await GoAsync(page);
            await Page.EvaluateAsync($"{axe}; true");
            var found = await Page.EvaluateAsync<Violation[]>($$"""
                axe.run(document, { resultTypes: ['violations'], ...({{rules}} && { runOnly: {{rules}} }) }).then(found => found.violations.map(one =>
                  ({ id: one.id, impact: one.impact, help: one.help, count: one.nodes.length, html: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join('; ') })))
                """);
            foreach (var violation in found)
            {
                counts[violation.Impact] = counts.GetValueOrDefault(violation.Impact) + 1;
                TestContext.Out.WriteLine($"{page}: {violation}");
                if (violation.Impact is "serious" or "critical")
                {
                    serious.Add($"{page}: {violation}");
                }
            }
        }
        TestContext.Out.WriteLine($"{(dark ? "dark" : "light")}, {Pages.Count} pages: {(counts.Count == 0 ? "no violation at all" : string.Join(", ", counts.Select(pair => $"{pair.Value} {pair.Key}")))}");
        Assert.That(serious, Is.Empty);
    }

    [Test]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_but_what_scrolls_by_itself()
    {
        await browser.ResizeAsync(390, 844, dark: false);
        foreach (var page in Pages)
        {
            await GoAsync(page);
            Assert.That(await browser.NumberAsync("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(390), $"{page}: " + await browser.TextAsync(
                "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 391 && !e.closest('pre, .scroll, .display, .formula, .chart, math')).slice(0, 5).map(e => e.outerHTML.slice(0, 150)).join('\\n')"));
            Assert.That(await browser.NumberAsync("[...document.querySelectorAll('.chart')].filter(chart => !chart.querySelector('.interact') && chart.querySelector('.still').firstChild).length"), Is.Zero, $"a finger that scrolls {page} zooms no chart");
        }
    }

    [Test]
    public async Task The_search_is_used_by_keyboard_alone()
    {
        await browser.ResizeAsync(1200, 900, dark: false);
        await GoAsync("index.html");
        await Page.Keyboard.PressAsync("/");
        Assert.That(await browser.TextAsync("document.activeElement.id"), Is.EqualTo("book-search"));
        await Page.Keyboard.TypeAsync("multi-head attention");
        await browser.WaitForAsync("document.querySelectorAll('#book-found li').length > 2");
        Assert.That(await browser.TextAsync("document.querySelector('#book-found [role=status]').textContent"), Does.Contain("places found"));
        Assert.That(await browser.TextAsync("document.querySelector('#book-found mark').textContent.toLowerCase()"), Is.AnyOf("multi", "head", "attention"));
        var target = await browser.TextAsync("document.querySelector('#book-found a').href");
        Assert.That(target, Does.Contain("12-self-attention.html"));
        await Page.Keyboard.PressAsync("ArrowDown");
        Assert.That(await browser.TextAsync("document.activeElement.href"), Is.EqualTo(target));
        await Page.Keyboard.PressAsync("Escape");
        Assert.That(await browser.TextAsync("document.activeElement.id + document.getElementById('book-found').hidden"), Is.EqualTo("book-searchtrue"));
        await Page.Keyboard.TypeAsync(" mask");
        await browser.WaitForAsync("!document.getElementById('book-found').hidden");
        await Page.Keyboard.PressAsync("Enter");
        await browser.WaitForAsync($"location.pathname.endsWith('.html') && !location.pathname.endsWith('index.html') && {Ready}");

        await GoAsync("index.html");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("zqxjkv");
        await browser.WaitForAsync("document.querySelector('#book-found [role=status]').textContent.includes('Nothing found')");
    }

    [Test]
    public async Task A_keyboard_reaches_everything_in_the_order_one_reads()
    {
        await browser.ResizeAsync(1200, 900, dark: false);
        await GoAsync("12-self-attention.html");
        await TabAsync();
        Assert.That(await browser.TextAsync("document.activeElement.className + (document.activeElement.getBoundingClientRect().left >= 0)"), Is.EqualTo("skiptrue"), "the first stop is the way past the menu");
        await Page.Keyboard.PressAsync("Enter");
        Assert.That(await browser.TextAsync("document.activeElement.id"), Is.EqualTo("book-main"));
        await TabAsync();
        Assert.That(await browser.TextAsync("String(document.getElementById('book-main').contains(document.activeElement))"), Is.EqualTo("true"));

        // Through the whole page: every stop is seen, and has a mark of its own while it has the focus.
        await GoAsync("01-what-learning-means.html");
        var stops = new List<string>();
        for (var i = 0; i < 400; i++)
        {
            await TabAsync();
            var stop = await browser.TextAsync("""
                (() => { const e = document.activeElement, box = e.getBoundingClientRect();
                  if (e === document.body) return 'end';
                  const name = (e.getAttribute('aria-label') || e.textContent || e.placeholder || '').trim();
                  return name && box.width > 0 && getComputedStyle(e).outlineStyle !== 'none' ? 'ok' : 'no name or no mark: ' + e.outerHTML.slice(0, 200); })()
                """);
            stops.Add(stop);
            if (stop == "end")
            {
                break;
            }
        }
        Assert.That(stops[^1], Is.EqualTo("end"), "the focus is never caught");
        Assert.That(stops.SkipLast(1), Is.All.EqualTo("ok"));

        await browser.ResizeAsync(390, 844, dark: false);
        await GoAsync("12-self-attention.html");
        await Page.Locator("#book-menu").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        Assert.That(await browser.TextAsync("document.activeElement.getAttribute('aria-current')"), Is.EqualTo("page"), "the menu opens where one is");
        await Page.Keyboard.PressAsync("Escape");
        Assert.That(await browser.TextAsync("document.activeElement.id + document.activeElement.getAttribute('aria-expanded')"), Is.EqualTo("book-menufalse"));
    }

    [Test]
    public async Task A_theme_is_kept_and_charts_follow_it()
    {
        await browser.ResizeAsync(1200, 900, dark: false);
        await GoAsync("12-self-attention.html");
        const string ink = "getComputedStyle(document.querySelector('.chart.drawn .live .xtick text, .chart.drawn .live .gtitle')).fill";
        await Page.Locator(".chart").First.ScrollIntoViewIfNeededAsync();
        await browser.WaitForAsync("document.querySelector('.chart.drawn .live .xtick text, .chart.drawn .live .gtitle')");
        var light = await browser.TextAsync(ink);
        await Page.Locator("#book-theme").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await browser.WaitForAsync($"{ink} !== '{light}'");
        Assert.That(await browser.TextAsync("document.documentElement.dataset.theme"), Is.EqualTo("dark"));
        await GoAsync("11-positions.html");
        Assert.That(await browser.TextAsync("document.documentElement.dataset.theme"), Is.EqualTo("dark"), "the next page is dark, too");
        await Page.EvaluateAsync("localStorage.clear(); true");
    }

    [Test]
    public async Task On_paper_there_is_the_text_and_the_pictures_and_no_menu()
    {
        await browser.ResizeAsync(1200, 900, dark: true);
        await GoAsync("12-self-attention.html");
        await Page.EmulateMediaAsync(new() { Media = Media.Print });
        try
        {
            Assert.That(await browser.TextAsync("['.bar', '.chapters', '.tools', '.turn'].map(name => getComputedStyle(document.querySelector(name)).display).join(' ')"), Is.EqualTo("none none none none"));
            Assert.That(await browser.TextAsync("getComputedStyle(document.body).backgroundColor"), Is.EqualTo("rgb(255, 255, 255)"), "ink on white, whatever the screen is");
            Assert.That(await browser.NumberAsync("[...document.querySelectorAll('.chart .still')].filter(still => !still.getBoundingClientRect().height).length"), Is.Zero, "charts are on paper, too");
            Assert.That(await browser.NumberAsync("[...document.querySelectorAll('pre')].filter(pre => pre.scrollWidth > pre.clientWidth + 1).length"), Is.Zero, "no code is cut off");
        }
        finally
        {
            await Page.EmulateMediaAsync(new() { Media = Media.Null });
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_notebook_runs_a_script_in_the_book_only_if_it_is_trusted(bool trust)
    {
        using var own = new BookFolder();
        var notebook = own.Notebook("a.ipynb", "# A\n\n<img src=\"data:,x\" onerror=\"(window.ran ||= []).push('image')\"><script>(window.ran ||= []).push('markdown')</script>\n\n[link](<javascript:void((window.ran ||= []).push('link'))>)");
        BookFolder.AddCode(notebook, "1", ("text/html", "<script>(window.ran ||= []).push('output')</script><svg onload=\"(window.ran ||= []).push('drawing')\"></svg><iframe srcdoc=\"<script>(parent.ran ||= []).push('frame')</script>\"></iframe>"));
        BookFolder.AddCode(notebook, "2", ("application/javascript", "(window.ran ||= []).push('javascript')"));
        own.Save("a.ipynb", notebook);
        await own.WriteAsync(options => options with { Trust = trust });
        await GoToFileAsync(Path.Combine(own.Site, "a.html"));
        await Page.EvaluateAsync("document.querySelectorAll('main a').forEach(link => { if (link.textContent === 'link') link.click(); }); true");
        await Page.EvaluateAsync(Arrived);
        var ran = (await browser.TextAsync("(window.ran ?? []).join(' ')")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] all = ["drawing", "frame", "image", "javascript", "link", "markdown", "output"];
        Assert.That(ran.Distinct().Order(StringComparer.Ordinal), Is.EqualTo(trust ? all : []));
    }

    private List<string> Pages => ["index.html", .. book.Chapters.Select(chapter => chapter.File)];

    private IPage Page => browser.Page;

    private Task GoAsync(string page) => GoToFileAsync(Path.Combine(Path.GetDirectoryName(book.Index)!, page));

    private async Task GoToFileAsync(string file)
    {
        await Page.GotoAsync(new Uri(file).ToString());
        await browser.WaitForAsync(Ready);
    }

    private Task TabAsync() => Page.Keyboard.PressAsync("Tab");

    private long Bytes(string page) => new FileInfo(Path.Combine(Path.GetDirectoryName(book.Index)!, page)).Length;

    private long SharedBytes() => new DirectoryInfo(Path.Combine(Path.GetDirectoryName(book.Index)!, "assets")).EnumerateFiles().Sum(file => file.Length);

    // One thing that axe-core found; Playwright fills it by the names of its members.
    private sealed record Violation
    {
        public string Id { get; init; } = "";

        public string Impact { get; init; } = "";

        public string Help { get; init; } = "";

        public int Count { get; init; }

        public string Html { get; init; } = "";
    }
}
