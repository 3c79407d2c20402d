using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Course.Data;

/// <summary>The transfer broke off; what has arrived is kept, and trying again may help.</summary>
internal sealed class InterruptedTransferException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Fetches one file over HTTP, continuing a partial one. Nothing the server says is believed without a check.</summary>
internal sealed class HttpTransfer : IDisposable
{
    private const int MaxRedirects = 8;

    // Redirects are followed by hand, because each new address is checked. No decompression: the hash is of the bytes as they are stored.
    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(20),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);

    public static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>Removes a partial file.</summary>
    public static void Discard(string part)
    {
        File.Delete(part);
        ForgetVersion(part);
    }

    /// <summary>Removes the note of which version of the file a partial file belongs to.</summary>
    public static void ForgetVersion(string part) => File.Delete(VersionFile(part));

    /// <summary>Brings a partial file to its full size.</summary>
    /// <exception cref="InterruptedTransferException">The connection broke, or the server is busy or unreachable.</exception>
    /// <exception cref="DatasetDownloadException">The server does not have the file, or another one.</exception>
    public async Task FetchAsync(
        PublicDataset dataset, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (LengthOf(part) > dataset.Size)
        {
            Discard(part);
        }

        if (LengthOf(part) == dataset.Size)
        {
            return;
        }

        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        watch.CancelAfter(Patience);
        try
        {
            using var response = await AskAsync(dataset, part, watch.Token).ConfigureAwait(false);
            var start = CheckAnswer(dataset, part, response);
            if (start == 0)
            {
                Discard(part);
                if (response.Headers.ETag is { IsWeak: false } tag)
                {
                    await File.WriteAllTextAsync(VersionFile(part), tag.ToString(), Encoding.UTF8, cancellation).ConfigureAwait(false);
                }
            }

            await CopyAsync(dataset, part, response, progress, watch).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new InterruptedTransferException($"{dataset.Url.Host} sent nothing for {Patience.TotalSeconds:0.#} seconds", e);
        }
        catch (HttpRequestException e)
        {
            throw new InterruptedTransferException(
                e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                    ? $"{dataset.Url.Host} cannot be reached, so this machine may be offline"
                    : $"the connection to {dataset.Url.Host} failed ({e.Message})", e);
        }
    }

    public void Dispose() => client.Dispose();

    private static string VersionFile(string part) => part + ".version";

    private async Task<HttpResponseMessage> AskAsync(PublicDataset dataset, string part, CancellationToken cancellation)
    {
        var url = dataset.Url;
        for (var redirect = 0; redirect <= MaxRedirects; redirect++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.AcceptEncoding.ParseAdd("identity");
            request.Headers.UserAgent.ParseAdd("course-data/1.0");
            if (LengthOf(part) is var have and > 0)
            {
                request.Headers.Range = new RangeHeaderValue(have, null);
                // If the file there is another one now, the server shall send the whole of it instead of the rest.
                if (File.Exists(VersionFile(part)) && EntityTagHeaderValue.TryParse(File.ReadAllText(VersionFile(part)), out var tag))
                {
                    request.Headers.IfRange = new RangeConditionHeaderValue(tag);
                }
            }

            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } target)
            {
                return response;
            }

            response.Dispose();
            url = new Uri(url, target);
            if (!PublicDataset.IsSafe(url) || (dataset.Url.Scheme == Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttps))
            {
                throw new DatasetDownloadException(dataset.Name, $"{dataset.Url.Host} points to {url}, which is not an https address");
            }
        }

        throw new DatasetDownloadException(dataset.Name, $"{dataset.Url.Host} points on and on, more than {MaxRedirects} times");
    }

    /// <summary>Says at which byte the answer starts, or why it is no use.</summary>
    private static long CheckAnswer(PublicDataset dataset, string part, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var have = LengthOf(part);
        long start;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                start = 0;
                break;
            case HttpStatusCode.PartialContent
                when response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from } range && from == have
                    && (range.Length ?? dataset.Size) == dataset.Size:
                start = have;
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                Discard(part);
                throw new InterruptedTransferException($"{dataset.Url.Host} could not continue the partial file, which is discarded");
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw new DatasetDownloadException(dataset.Name, $"there is no file at {dataset.Url} any more ({status})");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
            case var _ when status >= 500:
                throw new InterruptedTransferException($"{dataset.Url.Host} cannot serve the file now (status {status})");
            default:
                throw new DatasetDownloadException(dataset.Name, $"{dataset.Url.Host} refuses it (status {status})");
        }

        if (response.Content.Headers.ContentLength is { } length && start + length != dataset.Size)
        {
            Discard(part);
            throw new DatasetDownloadException(
                dataset.Name, $"{dataset.Url.Host} offers {start + length} bytes instead of {dataset.Size}, so the file there has changed");
        }

        return start;
    }

    private async Task CopyAsync(
        PublicDataset dataset, string part, HttpResponseMessage response, IProgress<DownloadProgress>? progress, CancellationTokenSource watch)
    {
        using var source = await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false);
        using var target = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.None);
        var buffer = new byte[1 << 16];
        while (true)
        {
            watch.CancelAfter(Patience);
            int read;
            try
            {
                read = await source.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new InterruptedTransferException($"the connection to {dataset.Url.Host} broke after {target.Length} of {dataset.Size} bytes", e);
            }

            if (read == 0)
            {
                break;
            }

            if (target.Length + read > dataset.Size)
            {
                target.Dispose();
                Discard(part);
                throw new DatasetDownloadException(
                    dataset.Name, $"{dataset.Url.Host} sends more than the expected {dataset.Size} bytes, so the file there has changed");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(target.Length, dataset.Size));
        }

        if (target.Length < dataset.Size)
        {
            throw new InterruptedTransferException($"the connection to {dataset.Url.Host} ended after {target.Length} of {dataset.Size} bytes");
        }

        target.Flush(flushToDisk: true);
    }
}
