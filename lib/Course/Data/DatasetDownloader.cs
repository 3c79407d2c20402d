using System.Security.Cryptography;
using Course.Runtime;

namespace Course.Data;

/// <summary>
/// Fetches data sets into a cache. A file appears in the cache only when it is whole and has the expected SHA-256; a download that was
/// cut off continues where it stopped, also in a later process; and of several processes that want the same file one downloads it
/// while the others wait.
/// </summary>
public sealed class DatasetDownloader : IDisposable
{
    private readonly HttpTransfer transfer;

    /// <summary>Makes a downloader.</summary>
    /// <param name="cacheFolder">
    /// Where files are kept; by default <c>datasets</c> in <see cref="CourseFolders.Cache"/>, which the environment variable
    /// <c>COURSE_CACHE</c> moves.
    /// </param>
    public DatasetDownloader(string? cacheFolder = null)
    {
        CacheFolder = cacheFolder is null ? Path.Combine(CourseFolders.Cache, "datasets") : Path.GetFullPath(cacheFolder);
        transfer = new HttpTransfer();
    }

    /// <summary>Where files are kept.</summary>
    public string CacheFolder { get; }

    /// <summary>How often a download is tried before it is given up. A try continues where the one before it stopped.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The pause before the second try; it doubles each time.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A server that sends nothing for so long is given up on.</summary>
    public TimeSpan Patience
    {
        get => transfer.Patience;
        init => transfer.Patience = value;
    }

    /// <summary>Where the file of a data set is, or will be.</summary>
    public string PathOf(PublicDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var extension = Path.GetExtension(dataset.Url.AbsolutePath) is ".zip" ? ".zip" : ".txt";
        return Path.Combine(CacheFolder, dataset.Name + extension);
    }

    /// <summary>Gives the path of a data set's file, downloading it when the cache does not have it.</summary>
    /// <param name="dataset">What to fetch.</param>
    /// <param name="progress">Receives the bytes so far.</param>
    /// <param name="cancellation">Stops; what has arrived is kept and continued from next time.</param>
    /// <returns>The path of a file whose size and SHA-256 have just been checked.</returns>
    /// <exception cref="DatasetDownloadException">It cannot be downloaded; the message says why and what works instead.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string> GetAsync(
        PublicDataset dataset, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        var path = PathOf(dataset);
        Directory.CreateDirectory(CacheFolder);
        using var turn = await WaitForTurnAsync(path, cancellation).ConfigureAwait(false);
        if (await IsWholeAsync(path, dataset, cancellation).ConfigureAwait(false))
        {
            progress?.Report(new DownloadProgress(dataset.Size, dataset.Size));
            return path;
        }

        var part = path + ".part";
        await DownloadAsync(dataset, part, progress, cancellation).ConfigureAwait(false);
        HttpTransfer.ForgetVersion(part);
        File.Move(part, path, overwrite: true);
        return path;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => transfer.Dispose();

    private async Task DownloadAsync(
        PublicDataset dataset, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var continued = HttpTransfer.LengthOf(part) > 0;
            try
            {
                await transfer.FetchAsync(dataset, part, progress, cancellation).ConfigureAwait(false);
                if (await IsWholeAsync(part, dataset, cancellation).ConfigureAwait(false))
                {
                    return;
                }

                HttpTransfer.Discard(part);
                // Joined from two versions of the file, it would be wrong by no fault of the server: so once more from the start.
                if (!continued || attempt >= Attempts)
                {
                    throw new DatasetDownloadException(
                        dataset.Name, $"what {dataset.Url} sent does not have the expected SHA-256, so the file there has changed or was tampered with");
                }
            }
            catch (InterruptedTransferException) when (attempt < Attempts)
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                pause *= 2;
            }
            catch (InterruptedTransferException e)
            {
                throw new DatasetDownloadException(
                    dataset.Name, $"{e.Message}, in {Attempts} tries. What has arrived is kept; ask again later to continue", e.InnerException);
            }
        }
    }

    private static async Task<bool> IsWholeAsync(string path, PublicDataset dataset, CancellationToken cancellation)
    {
        if (HttpTransfer.LengthOf(path) != dataset.Size)
        {
            return false;
        }

        using var stream = File.OpenRead(path);
        var hash = await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == dataset.Sha256;
    }

    /// <summary>
    /// Holds a file that only one process can hold. It is never deleted: a process could still be waiting on the deleted file while
    /// another makes a new one, and both would have their turn at once.
    /// </summary>
    private static async Task<FileStream> WaitForTurnAsync(string path, CancellationToken cancellation)
    {
        var file = path + ".lock";
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(100, cancellation).ConfigureAwait(false);
            }
        }
    }
}
