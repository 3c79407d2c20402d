using System.Reflection;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Course.Serving;

/// <summary>
/// Serves models the way OpenAI does (<c>/v1/chat/completions</c>, <c>/v1/models</c>), so that any program written for that interface
/// can talk to them, and a page to chat with them in a browser. It listens to this machine alone unless told otherwise.
/// </summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrencyLimiter turns;

    private ChatServer(WebApplication application, ConcurrencyLimiter turns)
    {
        (this.application, this.turns) = (application, turns);
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where the server is.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="shelf">The models; not disposed.</param>
    /// <param name="options">Where it listens, and its limits.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">A number of the options is out of its range.</exception>
    public static async Task<ChatServer> StartAsync(ModelShelf shelf, ServerOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(shelf);
        options = (options ?? new ServerOptions()).Validated();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options));
        var application = builder.Build();
        var turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxParallel,
            QueueLimit = options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        var guard = new RequestGuard(options);
        application.Use(guard.HandleAsync);
        application.MapPost("/v1/chat/completions", new ChatEndpoint(shelf, options, turns).HandleAsync);
        application.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = shelf.Names.Select(Describe) }));
        application.MapGet("/v1/models/{name}", (string name) => shelf.Names.Contains(name)
            ? Results.Json(Describe(name))
            : throw new ApiException(404, "model_not_found", $"There is no model '{name}', only {string.Join(", ", shelf.Names)}.", "model"));
        application.MapGet("/", () => Page("chat.html", "text/html; charset=utf-8"));
        application.MapGet("/chat.css", () => Page("chat.css", "text/css; charset=utf-8"));
        application.MapGet("/chat.js", () => Page("chat.js", "text/javascript; charset=utf-8"));
        application.MapFallback("{*path}", IResult () => throw new ApiException(404, "not_found", "There is nothing here. Try / or /v1/models."));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new ChatServer(application, turns);
    }

    /// <summary>Waits until the server is stopped.</summary>
    /// <param name="cancellation">Stops it.</param>
    public Task WaitAsync(CancellationToken cancellation) => application.WaitForShutdownAsync(cancellation);

    /// <summary>Stops the server; answers that are being written may be finished within a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await application.StopAsync(patience.Token);
        await application.DisposeAsync();
        await turns.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.Listen(options.Address, options.Port);
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxConcurrentConnections = 512;
        limits.RequestHeadersTimeout = options.ReadTimeout;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: options.ReadTimeout);
    }

    private static object Describe(string name) => new { id = name, @object = "model", created = 0, owned_by = "course" };

    private static IResult Page(string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{name}")!;
        using var reader = new StreamReader(stream);
        return Results.Text(reader.ReadToEnd(), type);
    }
}
