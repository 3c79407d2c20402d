using System.Text.RegularExpressions;

namespace Course.Data;

/// <summary>
/// A well-known text that others offer for download: where it is, how large it is, and the hash by which it is recognised.
/// </summary>
public sealed partial record PublicDataset
{
    /// <summary>Describes a data set.</summary>
    /// <param name="name">The name it is asked for by: small letters, digits and hyphens.</param>
    /// <param name="url">The file; https, or http on this machine itself.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="sha256">The file's SHA-256 in 64 hexadecimal digits.</param>
    /// <param name="licence">Under which terms it may be used.</param>
    /// <exception cref="ArgumentException">A part is not of its form.</exception>
    public PublicDataset(string name, Uri url, long size, string sha256, string licence)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(sha256);
        ArgumentException.ThrowIfNullOrWhiteSpace(licence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        // The name becomes a folder: nothing else than this may stand in it.
        if (!NameForm().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is no data set name: use small letters, digits and hyphens.", nameof(name));
        }

        if (!HashForm().IsMatch(sha256))
        {
            throw new ArgumentException($"'{sha256}' is no SHA-256: it has 64 hexadecimal digits.", nameof(sha256));
        }

        if (!IsSafe(url))
        {
            throw new ArgumentException($"'{url}' is not an https address.", nameof(url));
        }

        (Name, Url, Size, Sha256, Licence) = (name, url, size, sha256.ToLowerInvariant(), licence);
    }

    /// <summary>The name it is asked for by.</summary>
    public string Name { get; }

    /// <summary>The file to download.</summary>
    public Uri Url { get; }

    /// <summary>The file's size in bytes.</summary>
    public long Size { get; }

    /// <summary>The file's SHA-256 in small hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Under which terms it may be used.</summary>
    public string Licence { get; }

    /// <summary>What it is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>For a zip file: the file in it to train on. Null for a plain text file.</summary>
    public string? TrainEntry { get; init; }

    /// <summary>For a zip file: the file in it to validate on. Null when the training text is to be divided.</summary>
    public string? ValidationEntry { get; init; }

    /// <summary>Whether each line is a document of its own, such as a name.</summary>
    public bool LineByLine { get; init; }

    /// <summary>Whether a file may be fetched from there: over https, or from this machine itself.</summary>
    internal static bool IsSafe(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex("^[0-9a-fA-F]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex HashForm();
}
