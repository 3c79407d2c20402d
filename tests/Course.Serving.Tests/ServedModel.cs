using System.Net;
using System.Text;
using Course.Alignment.Assistants;
using Course.Models;
using Course.Runtime;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Serving.Tests;

/// <summary>Loads the tensor library before any test touches it.</summary>
[SetUpFixture]
public sealed class TorchSetUp
{
    [OneTimeSetUp]
    public void Load()
    {
        TorchRuntime.EnsureLoaded();
        TorchRuntime.Threads = 1;
    }
}

/// <summary>
/// A server with two untrained models: what they say makes no sense, but each says the same every time it gets the same seed, and none
/// is likely to end early.
/// </summary>
public abstract class ServedModel
{
    protected static readonly CharTokenizer Tokenizer =
        new("\n !?.,abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZäß☕", new SpecialTokens([.. SpecialTokens.Chat, SpecialTokens.Unknown]));

    private ModelShelf shelf = null!;

    protected ChatServer Server { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    protected virtual ServerOptions Options => new() { Port = 0, MaxParallel = 2, ReadTimeout = TimeSpan.FromSeconds(2) };

    [OneTimeSetUp]
    public async Task Start()
    {
        shelf = new ModelShelf(["tiny", "other"], Open);
        Server = await ChatServer.StartAsync(shelf, Options);
        Client = new HttpClient { BaseAddress = Server.Address };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        shelf.Dispose();
    }

    /// <summary>What the server does when a model is first asked for.</summary>
    protected virtual IReadOnlyList<Assistant> Open(string name, int count) => Load(name, count);

    protected static IReadOnlyList<Assistant> Load(string name, int count)
    {
        using var model = new Gpt(
            new GptConfig { VocabularySize = Tokenizer.VocabularySize, BlockSize = 512, Layers = 2, Heads = 2, Width = 32 }, name.Length, torch.CPU);
        return [.. Enumerable.Range(0, count).Select(_ => new Assistant(model, Tokenizer))];
    }

    protected static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>Sends a body and gives the status and the error's code, if there is one.</summary>
    protected async Task<(HttpStatusCode Status, string? Code, string Body)> PostAsync(HttpContent content)
    {
        using var response = await Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        var body = await response.Content.ReadAsStringAsync();
        using var document = System.Text.Json.JsonDocument.Parse(body);
        return (response.StatusCode, document.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null, body);
    }
}
