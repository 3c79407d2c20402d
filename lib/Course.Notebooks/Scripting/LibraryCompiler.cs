using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Course.Notebooks.Scripting;

/// <summary>Compiles <see cref="LibraryCode"/> into assemblies that later cells reference.</summary>
internal sealed class LibraryCompiler(ReferenceSet references, SubmissionChain chain, NotebookLoadContext loadContext)
{
    /// <summary>What a library cannot see, to be said when one does not compile.</summary>
    private const string Note = "Namespaces and classes with extension members are compiled as a library: they see the usings and "
        + "references of earlier cells, but neither variables nor types of other cells. Put types they need into the same cell.";

    private const string RestartNote = "An earlier cell declared a type of this name, and cells that use it would no longer compile. "
        + "Restart the notebook, or give the type another name.";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.None);

    private readonly string assemblyPrefix = $"{SubmissionChain.AssemblyPrefix}Library-{Guid.NewGuid():N}-";
    private readonly List<Library> libraries = [];
    private int count;

    /// <summary>
    /// Compiles and loads a library. Where it declares a type again, it takes the place of the library that had it, and takes over
    /// that library's other types.
    /// </summary>
    /// <exception cref="CompilationFailedException">The library does not compile, or earlier cells would not with it.</exception>
    public void Add(LibraryCode code, string path, OptimizationLevel optimization, CancellationToken cancellationToken)
    {
        if (libraries.Exists(library => library.Declarations == code.Declarations))
        {
            return;
        }
        var source = CSharpSyntaxTree.ParseText(SourceText.From(code.Library, Encoding.UTF8), ParseOptions, path, cancellationToken);
        var names = TypeNames(source).ToHashSet(StringComparer.Ordinal);
        var replaced = libraries.Where(library => library.Sources.Any(old => TypeNames(old).Any(names.Contains))).ToArray();
        SyntaxTree[] sources = [source, .. replaced.SelectMany(library => library.Sources).Select(old => Without(old, names))];
        var old = replaced.Select(library => library.Reference).ToArray();

        var (_, assembly, symbols) = Compile(sources, old, optimization, cancellationToken);
        var reference = MetadataReference.CreateFromImage(assembly);
        if (old.Length > 0 && chain.Replace(old, reference, cancellationToken) is { Count: > 0 } errors)
        {
            throw new CompilationFailedException(errors, RestartNote);
        }
        loadContext.LoadFromStream(new MemoryStream(assembly), new MemoryStream(symbols));
        references.Replace(old, reference);
        libraries.RemoveAll(replaced.Contains);
        libraries.Add(new Library(reference, sources, code.Declarations));
    }

    private CompiledCode Compile(
        SyntaxTree[] sources, MetadataReference[] withoutReferences, OptimizationLevel optimization, CancellationToken cancellationToken)
    {
        var compilation = CSharpCompilation.Create(
            assemblyPrefix + (count++).ToString(CultureInfo.InvariantCulture),
            sources,
            references.All.Except(withoutReferences),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: optimization,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Disable,
                metadataReferenceResolver: references,
                assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default));
        compilation = compilation.AddSyntaxTrees(Usings(compilation, cancellationToken));
        return CellCompiler.Compile(compilation, cancellationToken, Note);
    }

    private static IEnumerable<string> TypeNames(SyntaxTree source) =>
        LibraryCode.TypesOf(source.GetCompilationUnitRoot()).Select(LibraryCode.FullName);

    private static SyntaxTree Without(SyntaxTree source, HashSet<string> names)
    {
        var root = source.GetCompilationUnitRoot();
        var redeclared = LibraryCode.TypesOf(root).Where(type => names.Contains(LibraryCode.FullName(type)));
        // The #line directives among what is removed keep the rest where it was.
        var rest = root.RemoveNodes(redeclared, SyntaxRemoveOptions.KeepDirectives)!;
        return CSharpSyntaxTree.ParseText(SourceText.From(rest.ToFullString(), Encoding.UTF8), ParseOptions, source.FilePath);
    }

    /// <summary>The usings of the cells so far, without those that name types of cells: a library cannot see these.</summary>
    private SyntaxTree Usings(CSharpCompilation library, CancellationToken cancellationToken)
    {
        var usings = chain.Submissions
            .SelectMany(submission => submission.Compilation.SyntaxTrees)
            .SelectMany(tree => tree.GetCompilationUnitRoot(cancellationToken).Usings)
            .Select(directive => directive.WithGlobalKeyword(default).NormalizeWhitespace().ToString())
            .Prepend("using static Microsoft.DotNet.Interactive.Kernel;")
            .Concat(SubmissionChain.ImplicitUsings.Where(name => name.StartsWith("System", StringComparison.Ordinal))
                .Select(name => $"using {name};"))
            .Distinct(StringComparer.Ordinal).Select(directive => "global " + directive);
        var tree = CSharpSyntaxTree.ParseText(string.Join('\n', usings), ParseOptions, encoding: Encoding.UTF8);
        var unseen = library.AddSyntaxTrees(tree).GetDiagnostics(cancellationToken)
            .Where(error => error.Severity == DiagnosticSeverity.Error && error.Location.SourceTree == tree)
            .Select(error => tree.GetRoot(cancellationToken).FindNode(error.Location.SourceSpan).FirstAncestorOrSelf<UsingDirectiveSyntax>())
            .OfType<UsingDirectiveSyntax>().ToHashSet();
        var root = tree.GetCompilationUnitRoot(cancellationToken);
        return CSharpSyntaxTree.Create(
            root.WithUsings([.. root.Usings.Where(directive => !unseen.Contains(directive))]), ParseOptions, encoding: Encoding.UTF8);
    }

    private sealed record Library(MetadataReference Reference, IReadOnlyList<SyntaxTree> Sources, string Declarations);
}
