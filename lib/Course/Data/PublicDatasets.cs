using System.IO.Compression;
using System.Text;

namespace Course.Data;

/// <summary>
/// Well-known public texts by name. Nothing is downloaded until one is asked for, and the course needs none of them: its default data
/// are on every machine.
/// </summary>
public static class PublicDatasets
{
    private const string GithubRaw = "https://raw.githubusercontent.com/karpathy";

    /// <summary>All known data sets. Each has a card in the folder <c>datasets</c>.</summary>
    public static IReadOnlyList<PublicDataset> All { get; } =
    [
        new("tiny-shakespeare", new Uri($"{GithubRaw}/char-rnn/master/data/tinyshakespeare/input.txt"), 1_115_394,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed", "public domain")
        {
            Description = "40,000 lines of Shakespeare's plays: the text nanoGPT's published losses are measured on.",
        },
        new("names", new Uri($"{GithubRaw}/makemore/master/names.txt"), 228_145,
            "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d", "public domain (US Social Security Administration)")
        {
            Description = "32,033 first names, one a line: the text makemore's published losses are measured on.",
            LineByLine = true,
        },
        new("tinystories-valid",
            new Uri("https://huggingface.co/datasets/roneneldan/TinyStories/resolve/f54c09fd23315a6f9c86f9dc80f725de7d8f9c64/TinyStoriesV2-GPT4-valid.txt"),
            22_502_601, "6874bae9a4c1a4e7edcf0e53b86c17817e9cf881fc75ff2368da457b80c0585d", "CDLA-Sharing-1.0")
        {
            Description = "27,630 children's stories written by GPT-4 (Eldan and Li 2023): the validation part, enough to train a small model.",
        },
        new("wikitext-2", new Uri("https://wikitext.smerity.com/wikitext-2-raw-v1.zip"), 4_721_645,
            "ef7edb566e3e2b2d31b29c1fdb0c89a4cc683597484c3dc2517919c615435a11", "CC BY-SA 3.0")
        {
            Description = "Two million words of good Wikipedia articles (Merity et al. 2016).",
            TrainEntry = "wikitext-2-raw/wiki.train.raw",
            ValidationEntry = "wikitext-2-raw/wiki.valid.raw",
        },
        new("enwik8", new Uri("https://mattmahoney.net/dc/enwik8.zip"), 36_445_475,
            "547994d9980ebed1288380d652999f38a14fe291a6247c157c3d33d4932534bc", "CC BY-SA 3.0 and GFDL")
        {
            Description = "The first 100,000,000 bytes of an English Wikipedia dump of 2006: the text of the Hutter Prize.",
            TrainEntry = "enwik8",
        },
    ];

    /// <summary>Finds a data set by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists all.</exception>
    public static PublicDataset Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(d => d.Name == name) ?? throw new ArgumentException(
            $"There is no data set '{name}'. Known: {string.Join(", ", All.Select(d => d.Name))}.", nameof(name));
    }

    /// <summary>Gives the text of a data set, downloading it when it is not in the cache yet.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="validationFraction">The share of validation where the data set does not say itself.</param>
    /// <param name="downloader">Another cache, or null for the user's.</param>
    /// <param name="progress">Receives the bytes so far.</param>
    /// <param name="cancellation">Stops; what has arrived is kept and continued from next time.</param>
    /// <exception cref="ArgumentException">There is no data set of that name.</exception>
    /// <exception cref="DatasetDownloadException">It cannot be downloaded; the message says why and what works instead.</exception>
    /// <exception cref="InvalidDataException">The file arrived whole but does not hold the expected text.</exception>
    public static async Task<Corpus> LoadAsync(
        string name,
        double validationFraction = 0.1,
        DatasetDownloader? downloader = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var dataset = Find(name);
        TextSplits.CheckFraction(validationFraction);
        using var own = downloader is null ? new DatasetDownloader() : null;
        var path = await (downloader ?? own!).GetAsync(dataset, progress, cancellation).ConfigureAwait(false);
        return ReadCorpus(dataset, path, validationFraction);
    }

    /// <summary>Reads a data set's file, which may also have been fetched by other means.</summary>
    /// <param name="dataset">Which data set the file holds.</param>
    /// <param name="path">The file.</param>
    /// <param name="validationFraction">The share of validation where the data set does not say itself.</param>
    /// <exception cref="InvalidDataException">The file does not hold the expected text.</exception>
    public static Corpus ReadCorpus(PublicDataset dataset, string path, double validationFraction = 0.1)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var provenance = $"{dataset.Name}, {dataset.Url}, {dataset.Licence}";
        var text = dataset.TrainEntry is { } entry ? ReadEntry(path, entry) : TextFiles.ReadFile(path);
        if (dataset.ValidationEntry is { } validationEntry)
        {
            return new Corpus(dataset.Name, text, ReadEntry(path, validationEntry), provenance);
        }

        if (!dataset.LineByLine)
        {
            return Corpus.FromText(dataset.Name, text, provenance, validationFraction);
        }

        var (train, validation) = TextSplits.ByDocument(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), validationFraction);
        return new Corpus(dataset.Name, string.Join('\n', train), string.Join('\n', validation), provenance);
    }

    private static string ReadEntry(string path, string name)
    {
        const long MaxBytes = 128L << 20;
        using var zip = ZipFile.OpenRead(path);
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException($"'{path}' does not contain '{name}'.");
        using var stream = entry.Open();
        using var text = new MemoryStream();
        // A zip file may promise little and unpack to much: so count what really comes out.
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (text.Length + read > MaxBytes)
            {
                throw new InvalidDataException($"'{name}' in '{path}' unpacks to more than {MaxBytes} bytes.");
            }

            text.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).ReplaceLineEndings("\n");
    }
}
