namespace Course.Data;

/// <summary>A data set could not be downloaded. The message says why, and what works without it.</summary>
public sealed class DatasetDownloadException : Exception
{
    private const string Instead =
        "The course's default data need no network: DotnetDocumentation.Load(), TinyTales, Tables, and your own files with TextFiles.";

    /// <summary>Makes the exception.</summary>
    /// <param name="dataset">The data set's name.</param>
    /// <param name="problem">What went wrong, in a sentence without its full stop.</param>
    /// <param name="innerException">What caused it.</param>
    public DatasetDownloadException(string dataset, string problem, Exception? innerException = null)
        : base($"The data set '{dataset}' could not be downloaded: {problem}. {Instead}", innerException) => Dataset = dataset;

    /// <summary>The data set's name.</summary>
    public string Dataset { get; }
}

/// <summary>How far a download is.</summary>
/// <param name="Received">The bytes that are on this machine already.</param>
/// <param name="Total">The bytes of the whole file.</param>
public readonly record struct DownloadProgress(long Received, long Total);
