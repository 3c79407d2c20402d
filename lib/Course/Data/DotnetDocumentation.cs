using System.Collections;
using System.Text;
using Course.Runtime;

namespace Course.Data;

/// <summary>
/// The English documentation of the .NET API, the course's default text: real, well edited, on every machine that can build the
/// course (it lies in the package Microsoft.NETCore.App.Ref, licence MIT), and about something the reader knows.
/// </summary>
public sealed class DotnetDocumentation : IReadOnlyList<DocumentedMember>
{
    private readonly List<DocumentedMember> members;

    private DotnetDocumentation(List<DocumentedMember> members, string provenance)
    {
        this.members = members;
        Provenance = provenance;
    }

    /// <summary>Source, version and licence in a sentence.</summary>
    public string Provenance { get; }

    /// <summary>The number of members.</summary>
    public int Count => members.Count;

    /// <summary>The members in the order of their names: a type stands before its members.</summary>
    public DocumentedMember this[int index] => members[index];

    /// <summary>Reads the documentation that came with the course's packages: about 58,000 members in a few seconds.</summary>
    /// <param name="progress">Receives the finished share, 0 to 1.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="DirectoryNotFoundException">The package is not on this machine; the message says how to get it.</exception>
    public static DotnetDocumentation Load(IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        const string Fix = "Build the course again, which restores it: dotnet build Course.sln -c Release";
        var folder = BuildLocations.Current.DotnetReference
            ?? throw new DirectoryNotFoundException($"The build left no note of where the .NET documentation lies (Course.locations.json). {Fix}");
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The .NET documentation is not in '{folder}'. {Fix}");
        }

        // …/microsoft.netcore.app.ref/10.0.12/ref/net10.0
        var version = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))));
        return LoadFolder(folder, $"English documentation of the .NET API, package Microsoft.NETCore.App.Ref {version}, Microsoft, MIT licence",
            progress, cancellation);
    }

    /// <summary>Reads every XML documentation file of a folder, for example the output folder of the reader's own project.</summary>
    /// <param name="folder">The folder; folders inside it are not searched.</param>
    /// <param name="provenance">Source and licence in a sentence.</param>
    /// <param name="progress">Receives the finished share, 0 to 1.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no XML file.</exception>
    /// <exception cref="InvalidDataException">An XML file is damaged or not a documentation file.</exception>
    public static DotnetDocumentation LoadFolder(
        string folder, string? provenance = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var files = Directory.GetFiles(folder, "*.xml");
        if (files.Length == 0)
        {
            throw new FileNotFoundException($"'{folder}' holds no XML documentation file (*.xml).");
        }

        // The file system's order differs from machine to machine.
        Array.Sort(files, StringComparer.Ordinal);
        return new DotnetDocumentation(DocumentationFiles.Read(files, progress, cancellation), provenance ?? $"XML documentation in '{folder}'");
    }

    /// <summary>The members that fulfil a condition.</summary>
    public DotnetDocumentation Where(Func<DocumentedMember, bool> condition) => new(members.FindAll(m => condition(m)), Provenance);

    /// <summary>
    /// The members a language model learns English from: without hardware intrinsics and explicit interface implementations, without
    /// summaries of fewer than three words, and with each summary once (thousands of overloads share theirs).
    /// </summary>
    public DotnetDocumentation Prose()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Where(m => !m.IsHardwareIntrinsic && !m.IsExplicitImplementation
            && m.Summary.AsSpan().CountAny(' ', '\n') >= 2 && seen.Add(m.Summary));
    }

    /// <summary>
    /// Divides the members into two sets that share neither a type nor a summary. Where a type goes depends only on its name and the
    /// seed, so the division is the same on every machine and for every version of the documentation.
    /// </summary>
    /// <param name="validationFraction">The expected share of types in the validation set, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another division.</param>
    /// <remarks>
    /// The members of one type, and overloads above all, say nearly the same: with them on both sides, a model could answer the
    /// validation set from memory. For the same reason, what validation has in common with training word for word is dropped from it.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public (DotnetDocumentation Train, DotnetDocumentation Validation) Split(double validationFraction = 0.1, long seed = 0)
    {
        TextSplits.CheckFraction(validationFraction);
        var train = Where(m => !TextSplits.IsValidation(m.TypeId, validationFraction, seed));
        var summaries = train.Select(m => m.Summary).ToHashSet(StringComparer.Ordinal);
        var validation = Where(m => TextSplits.IsValidation(m.TypeId, validationFraction, seed) && !summaries.Contains(m.Summary));
        return (train, validation);
    }

    /// <summary>Takes types with all their members, in a seeded order, until the text has the wanted length; keeps the order of the names.</summary>
    /// <param name="maxCharacters">The length <see cref="Text"/> of the sample must not exceed.</param>
    /// <param name="seed">Another seed gives another sample.</param>
    public DotnetDocumentation Sample(int maxCharacters, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCharacters);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        long length = 0;
        // Another order than the one by which Split divides, or a sample would consist of types for validation.
        foreach (var type in members.GroupBy(m => m.TypeId, StringComparer.Ordinal)
                     .OrderBy(g => SplitMix64.Hash(seed, "sample:" + g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            var add = type.Sum(m => (long)Document(m).Length);
            if (length + add <= maxCharacters)
            {
                taken.Add(type.Key);
                length += add;
            }
        }

        return Where(m => taken.Contains(m.TypeId));
    }

    /// <summary>
    /// One text of all members, for pretraining: of each, a line with its signature, its summary and its remarks, then an empty line.
    /// </summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var member in members)
        {
            text.Append(Document(member));
        }

        return text.ToString();
    }

    /// <summary>
    /// The prose of the documentation, divided, and shortened when asked: <see cref="Prose"/>, <see cref="Sample"/> and
    /// <see cref="Split"/> in one call.
    /// </summary>
    /// <param name="maxCharacters">An upper limit for both texts together, or null for all of it.</param>
    /// <param name="validationFraction">The expected share of types in the validation text, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another sample and division.</param>
    public Corpus ToCorpus(int? maxCharacters = null, double validationFraction = 0.1, long seed = 0)
    {
        var prose = Prose();
        var (train, validation) = (maxCharacters is { } limit ? prose.Sample(limit, seed) : prose).Split(validationFraction, seed);
        if (train.Count == 0 || validation.Count == 0)
        {
            throw new ArgumentException(
                "Too little is left to train and to validate on: raise the number of characters.", nameof(maxCharacters));
        }

        return new Corpus(".NET documentation", train.Text(), validation.Text(), Provenance);
    }

    /// <inheritdoc cref="DocumentationQuestions.Ask"/>
    public IReadOnlyList<QuestionAnswer> QuestionAnswers(int wordings = 1, bool returnsAndParameters = false) =>
        DocumentationQuestions.Ask(members, wordings, returnsAndParameters);

    /// <inheritdoc/>
    public IEnumerator<DocumentedMember> GetEnumerator() => members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Document(DocumentedMember member) =>
        member.Remarks.Length == 0 ? $"{member.Signature}\n{member.Summary}\n\n" : $"{member.Signature}\n{member.Summary}\n{member.Remarks}\n\n";
}
