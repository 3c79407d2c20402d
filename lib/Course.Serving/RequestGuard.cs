using System.Net;
using Microsoft.AspNetCore.Http;

namespace Course.Serving;

/// <summary>
/// Stands before everything else: lets no page of another site use a server that listens to this machine alone, and turns whatever
/// goes wrong into an error with a clear code.
/// </summary>
/// <param name="options">Where the server listens.</param>
internal sealed class RequestGuard(ServerOptions options)
{
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        try
        {
            CheckOrigin(context.Request);
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to tell.
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            await FailAsync(context, e as ApiException ?? e switch
            {
                BadHttpRequestException { StatusCode: 413 } => new ApiException(413, "request_too_large", $"A request may have {options.MaxBodyBytes} bytes."),
                BadHttpRequestException { StatusCode: 408 } => new ApiException(408, "request_timeout", "The request came too slowly."),
                BadHttpRequestException bad => new ApiException(bad.StatusCode, "bad_request", bad.Message),
                _ => new ApiException(500, "internal_error", "The server failed to answer."),
            });
        }
    }

    private static async Task FailAsync(HttpContext context, ApiException error)
    {
        if (context.Response.HasStarted)
        {
            // In the middle of a stream only breaking off says that something went wrong.
            context.Abort();
            return;
        }

        context.Response.StatusCode = error.Status;
        await context.Response.WriteAsJsonAsync(error.ToBody());
    }

    private void CheckOrigin(HttpRequest request)
    {
        if (!options.IsLocal)
        {
            return;
        }

        // A name of someone else's that points to this machine ("DNS rebinding") would make their pages this server's own.
        if (!IsThisMachine(request.Host.Host))
        {
            throw new ApiException(403, "forbidden_host", "This server answers to localhost only.");
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value))
        {
            throw new ApiException(403, "forbidden_origin", "Pages of other sites may not use this server.");
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
