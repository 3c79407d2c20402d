using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Course.Serving.Tests;

/// <summary>What bad clients send: every one of them gets a clear code, and the server goes on answering the others.</summary>
public sealed class HostileRequestTests : ServedModel
{
    private const string Hello = """{"role":"user","content":"Hello"}""";

    private static string Request(string more = "") => $$"""{"messages":[{{Hello}}],"max_tokens":4{{more}}}""";

    [TearDown]
    public async Task It_still_answers() => Assert.That((await PostAsync(Json(Request()))).Status, Is.EqualTo(HttpStatusCode.OK));

    [TestCase("", "invalid_json")]
    [TestCase("null", "invalid_json")]
    [TestCase("[]", "invalid_json")]
    [TestCase("{\"messages\":", "invalid_json")]
    [TestCase("{}", "invalid_value")]
    [TestCase("{\"messages\":[]}", "invalid_value")]
    [TestCase("{\"messages\":\"hello\"}", "invalid_value")]
    [TestCase("{\"messages\":[17]}", "invalid_value")]
    [TestCase("{\"messages\":[{\"role\":\"user\"}]}", "invalid_value")]
    [TestCase("{\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}", "invalid_value")]
    [TestCase("{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}", "invalid_value")]
    [TestCase("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "invalid_value")]
    [TestCase("{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", "invalid_json")]
    public async Task Nonsense_is_refused(string body, string code)
    {
        var (status, actual, _) = await PostAsync(Json(body));
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(actual, Is.EqualTo(code));
    }

    [TestCase(",\"temperature\":-1")]
    [TestCase(",\"temperature\":1e999")]
    [TestCase(",\"temperature\":\"hot\"")]
    [TestCase(",\"top_p\":2")]
    [TestCase(",\"n\":2")]
    [TestCase(",\"stop\":\"\"")]
    [TestCase(",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]")]
    [TestCase(",\"seed\":1.5")]
    [TestCase(",\"stream\":\"yes\"")]
    [TestCase(",\"logprobs\":true,\"top_logprobs\":21")]
    [TestCase(",\"top_logprobs\":2")]
    [TestCase(",\"tools\":[{}]")]
    [TestCase(",\"presence_penalty\":1")]
    [TestCase(",\"model\":7")]
    public async Task Numbers_out_of_range_and_unknown_wishes_are_refused_by_name(string more)
    {
        var (status, code, body) = await PostAsync(Json(Request(more)));
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(code, Is.EqualTo("invalid_value"));
        Assert.That(body, Does.Contain(more.Split('"')[more.Contains("top_logprobs", StringComparison.Ordinal) ? ^2 : 1]), "the message names the parameter");
    }

    [Test]
    public async Task Deep_json_is_refused_without_deep_recursion()
    {
        var (status, code, _) = await PostAsync(Json(new string('[', 100_000)));
        Assert.That((status, code), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_json")));
        (status, code, _) = await PostAsync(Json(Request(",\"x\":" + new string('[', 20) + new string(']', 20))));
        Assert.That((status, code), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_json")));
    }

    [Test]
    public async Task Invalid_utf8_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Request());
        bytes[Array.IndexOf(bytes, (byte)'H')] = 0xFF;
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        var (status, code, body) = await PostAsync(content);
        Assert.That((status, code), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_json")));
        Assert.That(body, Does.Contain("UTF-8"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_huge_body_is_refused_with_and_without_its_length(bool isLengthKnown)
    {
        var content = Json("{\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('a', 1 << 20) + "\"}]}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content };
        request.Headers.TransferEncodingChunked = !isLengthKnown;
        try
        {
            using var response = await Client.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("request_too_large"));
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            // The server closed the connection while the client was still sending: refused as well.
        }
    }

    [Test]
    public async Task Other_content_than_json_and_other_paths_are_refused()
    {
        var (status, code, _) = await PostAsync(new StringContent(Request(), Encoding.UTF8, "text/plain"));
        Assert.That((status, code), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")));
        using var response = await Client.GetAsync(new Uri("/v1/../../etc/passwd", UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Pages_of_other_sites_cannot_use_it()
    {
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(Request()) };
        foreign.Headers.Add("Origin", "https://evil.example");
        using var refused = await Client.SendAsync(foreign);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        rebound.Headers.Host = "evil.example";
        using var alsoRefused = await Client.SendAsync(rebound);
        Assert.That(alsoRefused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));

        using var own = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(Request()) };
        own.Headers.Add("Origin", Server.Address.GetLeftPart(UriPartial.Authority));
        using var accepted = await Client.SendAsync(own);
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_client_that_sends_nothing_or_too_slowly_is_hung_up_on()
    {
        foreach (var beginning in new[]
        {
            "POST /v1/chat/completions HT",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
        })
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(Server.Address.Host, Server.Address.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var reply = new MemoryStream();
            try
            {
                await stream.CopyToAsync(reply, patience.Token); // ends when the server closes
            }
            catch (IOException)
            {
                // Closed without a word.
            }

            Assert.That(patience.IsCancellationRequested, Is.False, "the server closes the connection");
            Assert.That(Encoding.ASCII.GetString(reply.ToArray()), Does.Contain("408").Or.Empty);
        }
    }

    [Test]
    public async Task Fifty_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => PostAsync(Json(Request($",\"seed\":{i % 5}")))));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        // Who waits beside others gets the answer that who is alone gets.
        var contents = answers.Select(answer => System.Text.Json.JsonDocument.Parse(answer.Body).RootElement
            .GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()).ToList();
        for (var i = 5; i < 50; i++)
        {
            Assert.That(contents[i], Is.EqualTo(contents[i % 5]));
        }
    }

    [Test]
    public async Task Streams_that_are_broken_off_free_their_places_and_no_memory_grows()
    {
        for (var round = 0; round < 12; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = Json($$"""{"messages":[{{Hello}}],"max_tokens":480,"stream":true,"seed":{{round}}}"""),
            };
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await response.Content.ReadAsStreamAsync();
            Assert.That(await stream.ReadAsync(new byte[64]), Is.Positive);
        }

        // Both assistants are free again: two answers at the same time come without one waiting for the other for ever.
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(PostAsync(Json(Request())), PostAsync(Json(Request())));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "not a time that was measured, but one that means that a place is lost");

        var before = Course.Runtime.TorchRuntime.LiveTensors;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(Json(Request()))));
        Assert.That(Course.Runtime.TorchRuntime.LiveTensors, Is.EqualTo(before));
    }
}
