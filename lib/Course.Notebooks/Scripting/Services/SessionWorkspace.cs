using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Course.Notebooks.Scripting.Services;

/// <summary>
/// The session as Roslyn's editor services see it: a chain of submission projects, with the cell being typed as its last. It reads
/// the <see cref="SubmissionChain"/> and never waits for a running cell.
/// </summary>
/// <remarks>
/// A cell that declares nothing (<c>total += 1;</c>) gets no project, nor does one that only declares again, word for word, what is
/// still the newest of its name: a session in which the same cells run over and over does not grow here.
/// </remarks>
internal sealed class SessionWorkspace(SubmissionChain chain, ReferenceSet references) : IDisposable
{
    // Unlike for running, documentation comments in cells are of interest here.
    private static readonly CSharpParseOptions ParseOptions =
        new(LanguageVersion.CSharp14, DocumentationMode.Parse, SourceCodeKind.Script);

    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly AdhocWorkspace workspace = new(MefHostServices.DefaultHost);
    private readonly List<CSharpCompilation> seen = [];
    private readonly List<MetadataReference> waiting = [];
    private readonly Dictionary<string, CSharpCompilation> newest = new(StringComparer.Ordinal);
    private Solution? mirror;
    private ProjectId? last;

    /// <summary>How many cells have a project.</summary>
    public int ProjectCount => mirror?.ProjectIds.Count ?? 0;

    /// <summary>A document with a cell's code, which sees everything the session has declared.</summary>
    /// <param name="code">C# alone: <see cref="CellMask"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Document> OpenAsync(string code, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FollowChainAsync(cancellationToken).ConfigureAwait(false);
            var (solution, project) = Append(mirror!, SourceText.From(code, Encoding.UTF8), [.. waiting, .. references.Fresh]);
            return solution.GetProject(project)!.Documents.Single();
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    private async Task FollowChainAsync(CancellationToken cancellationToken)
    {
        var submissions = chain.Submissions;
        if (mirror is null || submissions.Length < seen.Count
            || seen.Where((compilation, index) => submissions[index].Compilation != compilation).Any())
        {
            // The first time, or a library was replaced, which exchanged compilations anywhere in the chain.
            mirror = workspace.CurrentSolution;
            last = null;
            seen.Clear();
            waiting.Clear();
            newest.Clear();
        }
        foreach (var submission in submissions.Skip(seen.Count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var compilation = submission.Compilation;
            seen.Add(compilation);
            waiting.AddRange(compilation.ExternalReferences);
            if (!AddsAnything(compilation))
            {
                continue;
            }
            var text = await compilation.SyntaxTrees[0].GetTextAsync(CancellationToken.None).ConfigureAwait(false);
            (mirror, last) = Append(mirror, text, [.. waiting]);
            waiting.Clear();
            // Compiled link by link: as one, a long chain would recurse as deeply as it is long.
            await mirror.GetProject(last)!.GetCompilationAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether later cells see anything of a cell that they would not see without it; notes what it declares.</summary>
    private bool AddsAnything(CSharpCompilation compilation)
    {
        var names = compilation.ScriptClass?.GetMembers().Where(member => !member.IsImplicitlyDeclared && member.Name.Length > 0)
            .Select(member => member.Name).Distinct(StringComparer.Ordinal).ToArray() ?? [];
        var tree = compilation.SyntaxTrees[0];
        if (names.Length > 0 && Array.TrueForAll(names, name => newest.TryGetValue(name, out var known)
            && known.SyntaxTrees[0].IsEquivalentTo(tree)))
        {
            return false;
        }
        foreach (var name in names)
        {
            newest[name] = compilation;
        }
        return names.Length > 0 || ((CompilationUnitSyntax)tree.GetRoot()).Usings.Count > 0;
    }

    private (Solution Solution, ProjectId Project) Append(Solution solution, SourceText text, IEnumerable<MetadataReference> added)
    {
        var id = ProjectId.CreateNewId();
        var number = solution.ProjectIds.Count.ToString(CultureInfo.InvariantCulture);
        var name = "Cell" + number;
        var project = ProjectInfo.Create(
            id, VersionStamp.Default, name, name, LanguageNames.CSharp,
            compilationOptions: chain.Options(number, isFirst: last is null),
            parseOptions: ParseOptions,
            projectReferences: last is null ? [] : [new ProjectReference(last)],
            metadataReferences: added,
            isSubmission: true);
        return (solution.AddProject(project).AddDocument(DocumentId.CreateNewId(id), "cell.csx", text), id);
    }
}
