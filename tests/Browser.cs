using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>
/// A headless Chromium with one page, driven by the Chrome DevTools Protocol: enough to type, press and look, without a package of
/// several hundred megabytes.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge"];

    // What is not said must not be there: the browser takes null for a mistake.
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Process process;
    private readonly DirectoryInfo profile;
    private readonly ClientWebSocket socket = new();
    private int lastId;

    /// <summary>What pages complained of since <see cref="WatchAsync"/>: exceptions, errors on the console, what could not or must not be loaded.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>The addresses that were asked for since <see cref="WatchAsync"/>.</summary>
    public List<string> Requests { get; } = [];

    private Browser(Process process, DirectoryInfo profile) => (this.process, this.profile) = (process, profile);

    /// <summary>The browser's program on this machine, if there is one.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Programs.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))).FirstOrDefault(File.Exists);

    /// <summary>Starts the browser and opens a page.</summary>
    public static async Task<Browser> OpenAsync(string program, Uri page, CancellationToken cancellation)
    {
        var profile = Directory.CreateTempSubdirectory("course-browser-");
        var info = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", page.ToString(),
        })
        {
            info.ArgumentList.Add(argument);
        }

        var browser = new Browser(Process.Start(info)!, profile);
        try
        {
            await browser.ConnectAsync(cancellation);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Evaluates an expression in the page, waiting for it when it is a promise.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        var reply = await CallAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true }, cancellation);
        var result = reply.GetProperty("result");
        return result.TryGetProperty("exceptionDetails", out var failure)
            ? throw new InvalidOperationException($"The page says: {failure}")
            : result.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Waits until an expression is true in the page.</summary>
    public async Task WaitForAsync(string condition, CancellationToken cancellation)
    {
        while (!(await EvaluateAsync($"!!({condition})", cancellation)).GetBoolean())
        {
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Types a text into whatever has the focus, and presses Enter.</summary>
    public async Task TypeAsync(string text, CancellationToken cancellation)
    {
        await InsertAsync(text, cancellation);
        await PressAsync("Enter", 13, cancellation, "\r");
    }

    /// <summary>Types a text into whatever has the focus.</summary>
    public Task InsertAsync(string text, CancellationToken cancellation) => CallAsync("Input.insertText", new { text }, cancellation);

    /// <summary>Presses a key.</summary>
    /// <param name="key">Its name, as in a page's <c>event.key</c>.</param>
    /// <param name="code">Its number on a Windows keyboard.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="text">What the key types, if it types anything.</param>
    public async Task PressAsync(string key, int code, CancellationToken cancellation, string? text = null)
    {
        foreach (var type in new[] { text is null ? "rawKeyDown" : "keyDown", "keyUp" })
        {
            await CallAsync("Input.dispatchKeyEvent", new { type, key, code = key, windowsVirtualKeyCode = code, text = type == "keyUp" ? null : text }, cancellation);
        }
    }

    /// <summary>Sets the size of the page and which colours the system prefers.</summary>
    public async Task ResizeAsync(int width, int height, bool dark, CancellationToken cancellation)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false }, cancellation);
        var features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } };
        await CallAsync("Emulation.setEmulatedMedia", new { features }, cancellation);
    }

    /// <summary>Shows the page as it would be printed, or again as on a screen.</summary>
    public Task PrintAsync(bool print, CancellationToken cancellation) =>
        CallAsync("Emulation.setEmulatedMedia", new { media = print ? "print" : "" }, cancellation);

    /// <summary>Begins to take down what pages complain of and ask for.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        foreach (var domain in new[] { "Runtime", "Log", "Network" })
        {
            await CallAsync(domain + ".enable", new { }, cancellation);
        }
    }

    /// <summary>Has every page run a script before its own.</summary>
    public async Task BeforeEveryPageAsync(string source, CancellationToken cancellation)
    {
        await CallAsync("Page.enable", new { }, cancellation);
        await CallAsync("Page.addScriptToEvaluateOnNewDocument", new { source }, cancellation);
    }

    /// <summary>Goes to a page and waits until a condition is true there.</summary>
    public async Task GoAsync(Uri page, string condition, CancellationToken cancellation)
    {
        // The address may be the same one with another fragment: the mark tells the new page from the old one.
        await EvaluateAsync("window.isOldPage = true", cancellation);
        await CallAsync("Page.navigate", new { url = page.ToString() }, cancellation);
        await WaitForAsync($"!window.isOldPage && document.readyState === 'complete' && ({condition})", cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
        for (var attempt = 0; attempt < 20 && profile.Exists; attempt++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(100); // its helpers are still going
                profile.Refresh();
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        // "DevTools listening on ws://127.0.0.1:PORT/devtools/browser/ID"
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(cancellation) ?? throw new IOException("The browser ended before it could be driven.");
        }
        while (!line.Contains("DevTools listening on ", StringComparison.Ordinal));

        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        var port = new Uri(line[(line.IndexOf("ws://", StringComparison.Ordinal))..]).Port;
        using var client = new HttpClient();
        while (true)
        {
            using var pages = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json"), cancellation));
            foreach (var page in pages.RootElement.EnumerateArray().Where(page => page.GetProperty("type").GetString() == "page"))
            {
                await socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), cancellation);
                return;
            }

            await Task.Delay(50, cancellation);
        }
    }

    private async Task<JsonElement> CallAsync(string method, object parameters, CancellationToken cancellation)
    {
        var id = ++lastId;
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }, Json), WebSocketMessageType.Text, true, cancellation);
        while (true)
        {
            using var message = new MemoryStream();
            var buffer = new byte[1 << 16];
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, cancellation);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);

            using var reply = JsonDocument.Parse(Encoding.UTF8.GetString(message.ToArray()));
            if (reply.RootElement.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                return reply.RootElement.TryGetProperty("error", out var error)
                    ? throw new InvalidOperationException($"The browser refuses {method}: {error}") : reply.RootElement.Clone();
            }

            Note(reply.RootElement);
        }
    }

    private void Note(JsonElement message)
    {
        if (!message.TryGetProperty("method", out var method))
        {
            return;
        }

        var about = message.GetProperty("params");
        switch (method.GetString())
        {
            case "Network.requestWillBeSent":
                Requests.Add(about.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Network.loadingFailed" when !(about.TryGetProperty("canceled", out var canceled) && canceled.GetBoolean()):
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled" when about.GetProperty("type").GetString() is "error" or "assert":
            case "Log.entryAdded" when about.GetProperty("entry").GetProperty("level").GetString() == "error":
                Complaints.Add($"{method}: {about}");
                break;
        }
    }
}
