using System.Collections.Concurrent;
using Microsoft.Playwright;

/// <summary>
/// One page in a headless Chromium, driven by Playwright. The browser is the one this machine has: nothing is downloaded, and where there
/// is none a test can say so.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly TimeSpan patience;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page, TimeSpan patience)
    {
        (this.playwright, this.browser, Page, this.patience) = (playwright, browser, page, patience);
        page.SetDefaultTimeout((float)patience.TotalMilliseconds);
        page.PageError += (_, error) => Complaints.Enqueue($"{page.Url} throws {error}");
        page.Request += (_, request) => Requests.Enqueue(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "assert")
            {
                Complaints.Enqueue($"{page.Url} logs {message.Text} at {message.Location}");
            }
        };
        page.RequestFailed += (_, request) =>
        {
            // Who leaves a page gives up what it was still loading.
            if (request.Failure != "net::ERR_ABORTED")
            {
                Complaints.Enqueue($"{page.Url} could not load {request.Url}: {request.Failure}");
            }
        };
    }

    /// <summary>The browser's program on this machine, if there is one.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Programs.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))).FirstOrDefault(File.Exists);

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>What pages complained of: exceptions, errors on the console, what could not or must not be loaded.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>The addresses that pages asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Starts the browser with an empty page.</summary>
    /// <param name="program">The browser's program, see <see cref="Program"/>.</param>
    /// <param name="patience">How long any single step may take.</param>
    public static async Task<Browser> OpenAsync(string program, TimeSpan patience)
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program });
            var page = await browser.NewPageAsync();
            return new Browser(playwright, browser, page, patience);
        }
        catch
        {
            playwright.Dispose(); // and with it whatever it had started
            throw;
        }
    }

    /// <summary>Evaluates an expression in the page that gives a text, or the promise of one.</summary>
    public Task<string> TextAsync(string expression) => Page.EvaluateAsync<string>(expression);

    /// <summary>Evaluates an expression in the page that gives a number, or the promise of one.</summary>
    public Task<double> NumberAsync(string expression) => Page.EvaluateAsync<double>(expression);

    /// <summary>Waits until an expression is true in the page.</summary>
    /// <exception cref="TimeoutException">It did not become true.</exception>
    public async Task WaitForAsync(string condition)
    {
        // Playwright's own WaitForFunction evaluates text within the page, again and again, and pages with a strict policy forbid that.
        var end = DateTime.UtcNow + patience;
        while (!await IsTrueAsync(condition))
        {
            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"On {Page.Url} this did not become true within {patience}: {condition}");
            }

            await Task.Delay(50);
        }
    }

    private async Task<bool> IsTrueAsync(string condition)
    {
        try
        {
            return await Page.EvaluateAsync<bool>($"!!({condition})");
        }
        catch (PlaywrightException e) when (e.Message.Contains("Execution context was destroyed", StringComparison.Ordinal))
        {
            return false; // the page has just given way to the next one
        }
    }

    /// <summary>Sets the size of the page and which colours the system prefers.</summary>
    public async Task ResizeAsync(int width, int height, bool dark)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
    }

    public async ValueTask DisposeAsync()
    {
        await browser.CloseAsync();
        playwright.Dispose();
    }
}
