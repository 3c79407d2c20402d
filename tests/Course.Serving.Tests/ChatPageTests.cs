using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Course.Serving.Tests;

/// <summary>The page in a real browser.</summary>
public sealed class ChatPageTests : ServedModel
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task A_reader_asks_sees_the_answer_grow_and_how_likely_its_tokens_were()
    {
        await using var browser = await OpenAsync();
        var page = browser.Page;
        await Expect(page.Locator("#question")).ToBeFocusedAsync();

        // Short answers, so that the test does not wait for a model that never ends.
        await page.RouteAsync("**/v1/chat/completions", route =>
        {
            var request = JsonNode.Parse(route.Request.PostData!)!.AsObject();
            (request["max_tokens"], request["seed"]) = (40, 1);
            return route.ContinueAsync(new() { PostData = Encoding.UTF8.GetBytes(request.ToJsonString()) });
        });
        await page.EvaluateAsync("""
            () => {
              window.sizes = new Set();
              new MutationObserver(() => sizes.add(document.querySelector('li.assistant')?.textContent.length))
                .observe(document.getElementById('log'), { childList: true, subtree: true, characterData: true });
            }
            """);
        await AskAsync(page, "Hello?");
        await AnsweredAsync(page);
        await Expect(page.Locator("li.user")).ToHaveTextAsync("YouHello?");
        Assert.That(await browser.NumberAsync("sizes.size"), Is.GreaterThan(5), "it comes piece by piece");
        var plain = await page.Locator("li.assistant span").First.TextContentAsync();
        Assert.That(plain, Is.Not.Empty);

        await page.Locator("#clear").ClickAsync();
        await Expect(page.Locator("li")).ToHaveCountAsync(0);
        await page.Locator("#probabilities").CheckAsync();
        await page.Locator("#question").FocusAsync();
        await AskAsync(page, "Hello?");
        await AnsweredAsync(page);
        Assert.That(await page.Locator("li.assistant span").First.TextContentAsync(), Is.EqualTo(plain), "the same answer, now token by token");
        Assert.That(await page.Locator(".token").CountAsync(), Is.InRange(10, 40));
        Assert.That(await page.Locator(".token").First.GetAttributeAsync("title"), Does.Match(@"^\d+\.\d %; likeliest: "));
        Assert.That(browser.Complaints, Is.Empty);
    }

    [Test]
    public async Task What_goes_wrong_is_said_aloud_and_the_page_goes_on()
    {
        await using var browser = await OpenAsync();
        var page = browser.Page;
        await AskAsync(page, new string('a', 600));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("too long");
        await Expect(page.Locator("#send")).ToBeEnabledAsync();

        // Nothing from elsewhere runs in the page, and what somebody types is text.
        await page.Locator("#clear").ClickAsync();
        await page.Locator("#question").FocusAsync();
        await AskAsync(page, "<img src=x onerror='window.pwned=1'>");
        await Expect(page.Locator("li.user")).ToContainTextAsync("<img src=x");
        Assert.That(await browser.NumberAsync("document.querySelectorAll('li img').length + (window.pwned ?? 0)"), Is.Zero);
        await page.Locator("#stop").DispatchEventAsync("click"); // it may have gone: the answer can be complete
        await Expect(page.Locator("#send")).ToBeEnabledAsync();
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

    private async Task<Browser> OpenAsync()
    {
        if (Browser.Program is not { } program)
        {
            Assert.Ignore("There is no Chromium on this machine: the page was not tried in a browser.");
            throw new InvalidOperationException("not reached: the test was ignored");
        }
        var browser = await Browser.OpenAsync(program, Patience);
        await browser.Page.GotoAsync(Server.Address.ToString());
        await Expect(browser.Page.Locator("#model option")).ToHaveCountAsync(2);
        return browser;
    }

    private static async Task AskAsync(IPage page, string question)
    {
        await page.Keyboard.InsertTextAsync(question);
        await page.Keyboard.PressAsync("Enter");
    }

    private static Task AnsweredAsync(IPage page) =>
        Expect(page.Locator("#status")).ToHaveTextAsync("The answer is complete.", new() { Timeout = (float)Patience.TotalMilliseconds });
}
