using System.Net;
using System.Runtime.CompilerServices;

namespace Course.Plots.Interactive;

/// <summary>
/// Gives the pages of this machine the copy of plotly.js that Plotly.NET carries, so that charts are interactive without a network,
/// too. A page asks here only after the network has failed it, and runs what it gets only if it has the right hash.
/// </summary>
/// <remarks>
/// The port is a fixed one, because a page that was stored yesterday must find it: of several notebooks one serves for all, and
/// when its kernel ends, another takes over. Only this machine can reach it.
/// </remarks>
public static class PlotlyCopy
{
    private const int Port = 27280;
    private const string FileName = "/plotly-" + PictureHtml.PlotlyVersion + ".min.js";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);
    private static readonly Lazy<byte[]?> Script = new(() => InteractiveForm.IsAvailable ? ReadScript() : null);
    private static int started;

    /// <summary>The copy itself, for pages that must do without a network; <see langword="null"/> where Plotly.NET cannot be loaded.</summary>
    public static byte[]? Bytes => Script.Value;

    /// <summary>Where a page finds the copy.</summary>
    internal static string Address { get; } = AddressAt(Port);

    /// <summary>Begins to serve, once in a process, until the process ends.</summary>
    public static void Serve()
    {
        if (Interlocked.Exchange(ref started, 1) == 0)
        {
            // Not as a part of the cell that calls this: the cell ends, and this goes on.
            new Thread(() => ServeAlways(Port)) { IsBackground = true, Name = "plotly.js" }.UnsafeStart();
        }
    }

    /// <summary>Where a page would find the copy on another port.</summary>
    internal static string AddressAt(int port) => FormattableString.Invariant($"http://localhost:{port}{FileName}");

    /// <summary>Begins to listen; <see langword="null"/> when the port is taken.</summary>
    internal static HttpListener? TryListen(int port)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add(FormattableString.Invariant($"http://localhost:{port}/"));
        try
        {
            listener.Start();
            return listener;
        }
        catch (Exception e) when (e is HttpListenerException or System.Net.Sockets.SocketException)
        {
            ((IDisposable)listener).Dispose();
            return null;
        }
    }

    /// <summary>Answers until the listener is closed.</summary>
    internal static void Answer(HttpListener listener)
    {
        try
        {
            while (true)
            {
                var context = listener.GetContext();
                ThreadPool.UnsafeQueueUserWorkItem(_ => Answer(context), null);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }

    private static void ServeAlways(int port)
    {
        while (true)
        {
            using (var listener = TryListen(port))
            {
                if (listener is not null)
                {
                    Answer(listener);
                }
            }

            Thread.Sleep(Retry);
        }
    }

    private static void Answer(HttpListenerContext context)
    {
        try
        {
            using var response = context.Response;
            // The page comes from the notebook's server, so from another origin; the hash is checked only if that is allowed.
            response.AddHeader("Access-Control-Allow-Origin", "*");
            response.AddHeader("Access-Control-Allow-Private-Network", "true");
            if (context.Request.HttpMethod is "OPTIONS")
            {
                response.StatusCode = 204;
            }
            else if (context.Request.HttpMethod is "GET" or "HEAD" && context.Request.RawUrl == FileName && Script.Value is { } script)
            {
                response.ContentType = "text/javascript";
                response.AddHeader("Cache-Control", "max-age=86400");
                response.ContentLength64 = script.Length;
                if (context.Request.HttpMethod is "GET")
                {
                    response.OutputStream.Write(script);
                }
            }
            else
            {
                response.StatusCode = 404;
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The page is gone.
        }
    }

    // Not inlined: where Plotly.NET is missing, a method that names one of its types cannot be compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[]? ReadScript()
    {
        using var resource = typeof(Plotly.NET.Layout).Assembly.GetManifestResourceStream($"Plotly.NET.plotly-{PictureHtml.PlotlyVersion}.min.js");
        if (resource is null)
        {
            return null;
        }

        var script = new byte[resource.Length];
        resource.ReadExactly(script);
        return script;
    }
}
