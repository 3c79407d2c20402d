using System.Net;
using System.Net.Sockets;

namespace Course.Tests.Data;

/// <summary>
/// An HTTP server on this machine that serves one file and can be told to misbehave. It answers ranges as real servers do.
/// </summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly byte[] content;
    private readonly Task loop;

    public FileServer(byte[] content)
    {
        this.content = content;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/file.txt");
        }

        listener.Prefixes.Add(new Uri(Url, "/").ToString());
        listener.Start();
        loop = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    /// <summary>What was asked for, in order: the Range header, or "all".</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The file's version; null for a server that names none.</summary>
    public string? Tag { get; set; } = "\"one\"";

    /// <summary>Behaviour of the coming requests, one each; then the server behaves.</summary>
    public Queue<Func<HttpListenerContext, Task>> Misbehaviour { get; } = new();

    public bool IgnoresRange { get; set; }

    public static Func<HttpListenerContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Close();
        return Task.CompletedTask;
    };

    /// <summary>Redirects to another address.</summary>
    public static Func<HttpListenerContext, Task> MovedTo(string url) => context =>
    {
        context.Response.StatusCode = 302;
        context.Response.RedirectLocation = url;
        context.Response.Close();
        return Task.CompletedTask;
    };

    /// <summary>Sends some bytes of the range that was asked for, and then breaks the connection.</summary>
    public Func<HttpListenerContext, Task> CutAfter(int bytes) => async context =>
    {
        var rest = Start(context.Request, context.Response);
        await context.Response.OutputStream.WriteAsync(rest[..Math.Min(bytes, rest.Length)]);
        await context.Response.OutputStream.FlushAsync();
        await Task.Delay(50);
        context.Response.Abort();
    };

    /// <summary>Sends other bytes than those of the file, without saying how many.</summary>
    public static Func<HttpListenerContext, Task> Send(byte[] bytes, bool announceLength = true) => async context =>
    {
        if (announceLength)
        {
            context.Response.ContentLength64 = bytes.Length;
        }
        else
        {
            context.Response.SendChunked = true;
        }

        try
        {
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException)
        {
            // The client hung up, as it should.
        }
    };

    /// <summary>Sends some bytes and then nothing, without closing, until the test is over or the client hangs up.</summary>
    public Func<HttpListenerContext, Task> HangAfter(int bytes, Task until) => async context =>
    {
        var rest = Start(context.Request, context.Response);
        await context.Response.OutputStream.WriteAsync(rest[..bytes]);
        await context.Response.OutputStream.FlushAsync();
        await until;
        context.Response.Abort();
    };

    public void Dispose()
    {
        listener.Close();
        loop.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests.Add(context.Request.Headers["Range"] ?? "all");
            var behave = Misbehaviour.Count > 0 ? Misbehaviour.Dequeue() : ServeFileAsync;
            // Not awaited: a hanging answer must not keep the server from others.
            _ = Task.Run(async () =>
            {
                try
                {
                    await behave(context);
                }
                catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
                {
                    // The client hung up.
                }
            });
        }
    }

    private async Task ServeFileAsync(HttpListenerContext context)
    {
        var rest = Start(context.Request, context.Response);
        await context.Response.OutputStream.WriteAsync(rest);
        context.Response.Close();
    }

    /// <summary>Writes the headers and gives the bytes to send.</summary>
    private byte[] Start(HttpListenerRequest request, HttpListenerResponse response)
    {
        var start = 0;
        var changed = request.Headers["If-Range"] is { } condition && condition != Tag;
        if (!IgnoresRange && !changed && request.Headers["Range"] is { } range)
        {
            start = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }

        if (Tag is not null)
        {
            response.Headers["ETag"] = Tag;
        }

        response.ContentLength64 = content.Length - start;
        return content[start..];
    }
}
