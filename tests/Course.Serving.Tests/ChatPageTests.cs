using NUnit.Framework;

namespace Course.Serving.Tests;

/// <summary>The page in a real browser.</summary>
public sealed class ChatPageTests : ServedModel
{
    [Test]
    public async Task A_reader_asks_sees_the_answer_grow_and_how_likely_its_tokens_were()
    {
        var program = Browser.Program;
        if (program is null)
        {
            Assert.Ignore("There is no Chromium on this machine: the page was not tried in a browser.");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var browser = await Browser.OpenAsync(program!, Server.Address, limit.Token);
        await browser.WaitForAsync("document.querySelectorAll('#model option').length === 2", limit.Token);
        Assert.That((await browser.EvaluateAsync("document.activeElement.id", limit.Token)).GetString(), Is.EqualTo("question"), "one can type at once");

        // Short answers, so that the test does not wait for a model that never ends.
        await browser.EvaluateAsync(
            "{ const real = window.fetch; window.fetch = (url, options) => real(url, options?.body ? { ...options, body: JSON.stringify({ ...JSON.parse(options.body), max_tokens: 40, seed: 1 }) } : options) } true",
            limit.Token);
        await browser.EvaluateAsync(
            "window.sizes = new Set(); new MutationObserver(() => sizes.add(document.querySelector('li.assistant')?.textContent.length)).observe(document.getElementById('log'), { childList: true, subtree: true, characterData: true }); true",
            limit.Token);
        await browser.TypeAsync("Hello?", limit.Token);
        await browser.WaitForAsync("document.getElementById('status').textContent === 'The answer is complete.'", limit.Token);
        Assert.That((await browser.EvaluateAsync("document.querySelector('li.user').textContent", limit.Token)).GetString(), Is.EqualTo("YouHello?"));
        Assert.That((await browser.EvaluateAsync("sizes.size", limit.Token)).GetInt32(), Is.GreaterThan(5), "it comes piece by piece");
        var plain = (await browser.EvaluateAsync("document.querySelector('li.assistant span').textContent", limit.Token)).GetString();
        Assert.That(plain, Is.Not.Empty);

        await browser.EvaluateAsync("document.getElementById('clear').click(); document.getElementById('probabilities').click(); true", limit.Token);
        Assert.That((await browser.EvaluateAsync("document.querySelectorAll('li').length", limit.Token)).GetInt32(), Is.Zero);
        await browser.TypeAsync("Hello?", limit.Token);
        await browser.WaitForAsync("document.getElementById('status').textContent === 'The answer is complete.'", limit.Token);
        Assert.That(
            (await browser.EvaluateAsync("document.querySelector('li.assistant span').textContent", limit.Token)).GetString(), Is.EqualTo(plain),
            "the same answer, now token by token");
        Assert.That((await browser.EvaluateAsync("document.querySelectorAll('.token').length", limit.Token)).GetInt32(), Is.InRange(10, 40));
        Assert.That((await browser.EvaluateAsync("document.querySelector('.token').title", limit.Token)).GetString(), Does.Match(@"^\d+\.\d %; likeliest: "));
    }

    [Test]
    public async Task What_goes_wrong_is_said_aloud_and_the_page_goes_on()
    {
        var program = Browser.Program;
        if (program is null)
        {
            Assert.Ignore("There is no Chromium on this machine: the page was not tried in a browser.");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var browser = await Browser.OpenAsync(program!, Server.Address, limit.Token);
        await browser.WaitForAsync("document.querySelectorAll('#model option').length === 2", limit.Token);
        await browser.TypeAsync(new string('a', 600), limit.Token);
        await browser.WaitForAsync("document.querySelector('[role=alert]')", limit.Token);
        Assert.That((await browser.EvaluateAsync("document.querySelector('[role=alert]').textContent", limit.Token)).GetString(), Does.Contain("too long"));
        await browser.WaitForAsync("!document.getElementById('send').disabled", limit.Token);

        // Nothing from elsewhere runs in the page, and what somebody types is text.
        await browser.EvaluateAsync("document.getElementById('clear').click(); document.getElementById('question').focus(); true", limit.Token);
        await browser.TypeAsync("<img src=x onerror='window.pwned=1'>", limit.Token);
        await browser.WaitForAsync("document.querySelector('li.user')", limit.Token);
        Assert.That((await browser.EvaluateAsync("document.querySelectorAll('li img').length + (window.pwned ?? 0)", limit.Token)).GetInt32(), Is.Zero);
        await browser.EvaluateAsync("document.getElementById('stop').click(); true", limit.Token);
        await browser.WaitForAsync("!document.getElementById('send').disabled", limit.Token);
    }

    [Test]
    public async Task Everything_one_can_use_has_a_name()
    {
        var html = await Client.GetStringAsync(new Uri("/", UriKind.Relative));
        foreach (var id in new[] { "model", "temperature", "probabilities" })
        {
            Assert.That(html, Does.Match($"<label>[^<]*<[a-z]+ id=\"{id}\""), id);
        }

        Assert.That(html, Does.Contain("<label for=\"question\">").And.Contain("lang=\"en\"").And.Contain("role=\"status\"").And.Contain("role=\"log\""));
        using var response = await Client.GetAsync(new Uri("/chat.js", UriKind.Relative));
        Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
    }
}
