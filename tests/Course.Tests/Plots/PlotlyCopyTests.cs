using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Course.Plots;
using Course.Plots.Interactive;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>The copy of plotly.js for pages without a network.</summary>
[TestFixture]
public sealed class PlotlyCopyTests
{
    private readonly HttpClient browser = new();
    private HttpListener listener = null!;
    private int port;

    [OneTimeSetUp]
    public void Listen()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        listener = PlotlyCopy.TryListen(port)!;
        new Thread(() => PlotlyCopy.Answer(listener)) { IsBackground = true }.Start();
    }

    [OneTimeTearDown]
    public void Close()
    {
        listener.Close();
        browser.Dispose();
    }

    [Test]
    public async Task APageOfAnotherOriginGetsTheFileWithTheHashItAsksFor()
    {
        using var response = await browser.GetAsync(PlotlyCopy.AddressAt(port));
        var script = await response.Content.ReadAsByteArrayAsync();

        Assert.That("sha384-" + Convert.ToBase64String(SHA384.HashData(script)), Is.EqualTo(PictureHtml.PlotlyIntegrity));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
    }

    [TestCase("GET", "")]
    [TestCase("GET", "plotly.min.js")]
    [TestCase("GET", "../plotly-2.28.0.min.js.map")]
    [TestCase("POST", "plotly-2.28.0.min.js")]
    public async Task NothingElseIsServed(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://localhost:{port}/{path}");
        using var response = await browser.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void APortThatIsTakenIsLeftToWhoHasIt() => Assert.That(PlotlyCopy.TryListen(port), Is.Null);

    [Test]
    public void AChartAsksTheNetworkFirstAndThenThisMachine()
    {
        var html = Plot.Bars("Which?", [("a", 1.0)]).ToHtml();
        Assert.That(html.IndexOf("https://cdn.", StringComparison.Ordinal), Is.Positive.And.LessThan(html.IndexOf(PlotlyCopy.Address, StringComparison.Ordinal)));
    }
}
