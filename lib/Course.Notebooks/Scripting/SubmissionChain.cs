using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Course.Notebooks.Scripting;

/// <summary>
/// The session's state as the compiler sees it: a chain of script compilations, each continuing the one before. Variables of
/// earlier cells are fields of earlier submission objects, which the runtime keeps in an array that every submission receives.
/// </summary>
/// <remarks>
/// This talks to <see cref="CSharpCompilation.CreateScriptCompilation"/> rather than to <c>CSharpScript</c>, whose assembly loader
/// opens a load context per assembly: the same file reached on two ways would then be two assemblies.
/// </remarks>
internal sealed class SubmissionChain
{
    /// <summary>
    /// The namespaces every cell sees, those of .NET Interactive and no other: one more would make notebooks that rely on it fail
    /// elsewhere.
    /// </summary>
    public static readonly IReadOnlyList<string> ImplicitUsings =
    [
        "System",
        "System.Text",
        "System.Collections",
        "System.Collections.Generic",
        "System.Threading.Tasks",
        "System.Linq",
        "Microsoft.DotNet.Interactive.Kernel",
    ];

    /// <summary>How the names of assemblies made from cells begin.</summary>
    public const string AssemblyPrefix = "Cell-";

    private static readonly CSharpParseOptions ParseOptions =
        new(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Script);

    private readonly ReferenceSet references;
    private readonly NotebookLoadContext loadContext;
    private readonly string assemblyPrefix = $"{AssemblyPrefix}{Guid.NewGuid():N}-";
    private ImmutableArray<Submission> submissions = [];
    private object?[] states = new object?[16];
    private int compiled;

    /// <summary>Makes an empty chain.</summary>
    public SubmissionChain(ReferenceSet references, NotebookLoadContext loadContext)
    {
        this.references = references;
        this.loadContext = loadContext;
    }

    /// <summary>The submissions so far, oldest first; what is returned does not change when the chain grows.</summary>
    public ImmutableArray<Submission> Submissions => submissions;

    /// <summary>Parses code as a cell.</summary>
    public static SyntaxTree Parse(string code, string path, CancellationToken cancellationToken = default) =>
        CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, path, cancellationToken);

    /// <summary>Compiles code as the continuation of the chain, without changing the chain.</summary>
    /// <exception cref="CompilationFailedException">The code does not compile.</exception>
    public CompiledSubmission Compile(
        SyntaxTree tree, CancellationToken cancellationToken, OptimizationLevel optimization = OptimizationLevel.Debug)
    {
        var previous = submissions.LastOrDefault()?.Compilation;
        var number = (compiled++).ToString(CultureInfo.InvariantCulture);
        var compilation = CSharpCompilation.CreateScriptCompilation(
            assemblyPrefix + number, tree, references.Fresh, Options(number, previous is null, optimization), previous, typeof(object));
        return new CompiledSubmission(
            CellCompiler.Compile(compilation, cancellationToken), TrailingValue.Exists(compilation, tree, cancellationToken));
    }

    /// <summary>How a cell is compiled.</summary>
    /// <param name="number">What tells it from the other cells.</param>
    /// <param name="isFirst">Whether it begins the chain; the others inherit its implicit usings.</param>
    /// <param name="optimization">
    /// By default none: optimised, a triple loop takes half to a third of the time, but an index out of range, a division by zero
    /// and a null reference, the errors learners make most, are then reported on a wrong line or on none.
    /// </param>
    public CSharpCompilationOptions Options(
        string number, bool isFirst, OptimizationLevel optimization = OptimizationLevel.Debug) => new(
        OutputKind.DynamicallyLinkedLibrary,
        scriptClassName: "Submission#" + number,
        usings: isFirst ? ImplicitUsings : [],
        optimizationLevel: optimization,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Disable,
        metadataReferenceResolver: references,
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    /// <summary>
    /// Makes compiled code the newest link of the chain and returns what runs it. It stays the newest link when it throws: what it
    /// had assigned until then remains. Code that declares nothing leaves no link: a session in which the same calls run over and
    /// over does not get longer, and its place in the array of submission objects is the next one's.
    /// </summary>
    public Func<Task<object?>> Append(CompiledSubmission code)
    {
        var (compilation, image, symbols) = code.Code;
        references.Inherit();
        if (image.Length == 0)
        {
            // Only using directives or comments: nothing to run, but later cells see the usings.
            Add(null);
            return () => Task.FromResult<object?>(null);
        }
        var assembly = loadContext.LoadFromStream(new MemoryStream(image), new MemoryStream(symbols));
        var entry = compilation.GetEntryPoint(CancellationToken.None)!;
        var run = assembly.GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        Add(assembly);
        if (states.Length < submissions.Length + 3)
        {
            Array.Resize(ref states, states.Length * 2);
        }
        return () => run(states);

        void Add(Assembly? assembly)
        {
            if (Declares(compilation))
            {
                submissions = submissions.Add(new Submission(compilation, assembly));
            }
        }
    }

    /// <summary>Whether later code sees something of a submission: a variable, a method, a type, a using, a reference.</summary>
    private static bool Declares(CSharpCompilation compilation) => compilation.ExternalReferences.Length > 0
        || ((CompilationUnitSyntax)compilation.SyntaxTrees[0].GetRoot()).Usings.Count > 0
        || compilation.ScriptClass!.GetMembers().Any(member => !member.IsImplicitlyDeclared);

    /// <summary>
    /// Exchanges references in the whole chain, so that what they declared is not seen beside its replacement. Code that ran
    /// already keeps what it has.
    /// </summary>
    /// <returns>Errors of earlier cells that the replacement would cause; if there are any, nothing is changed.</returns>
    public IReadOnlyList<Diagnostic> Replace(
        IReadOnlyCollection<MetadataReference> old, MetadataReference replacement, CancellationToken cancellationToken)
    {
        var rebuilt = new List<Submission>();
        foreach (var submission in submissions)
        {
            var compilation = submission.Compilation;
            if (compilation.ExternalReferences.Any(old.Contains))
            {
                compilation = compilation.WithReferences(compilation.ExternalReferences.Where(one => !old.Contains(one)).Append(replacement));
            }
            var previous = rebuilt.Count > 0 ? rebuilt[^1].Compilation : null;
            if (compilation.ScriptCompilationInfo!.PreviousScriptCompilation != previous)
            {
                compilation = compilation.WithScriptCompilationInfo(
                    compilation.ScriptCompilationInfo.WithPreviousScriptCompilation(previous));
            }
            if (compilation != submission.Compilation)
            {
                var errors = compilation.GetDiagnostics(cancellationToken).Where(one => one.Severity == DiagnosticSeverity.Error);
                if (errors.ToArray() is { Length: > 0 } found)
                {
                    return found;
                }
            }
            rebuilt.Add(submission with { Compilation = compilation });
        }
        submissions = [.. rebuilt];
        return [];
    }

    /// <summary>The object that holds a submission's variables, or <see langword="null"/> while it has none.</summary>
    public object? StateOf(Submission submission) => submission.Assembly is null
        ? null : Array.Find(states, state => state?.GetType().Assembly == submission.Assembly);
}

/// <summary>Code that compiled as the continuation of a chain.</summary>
/// <param name="Code">The compiled code.</param>
/// <param name="HasValue">Whether it ends in a value to show.</param>
internal sealed record CompiledSubmission(CompiledCode Code, bool HasValue);

/// <summary>A link of the chain.</summary>
/// <param name="Compilation">The compiler's view of it.</param>
/// <param name="Assembly">The loaded code, if there is any.</param>
internal sealed record Submission(CSharpCompilation Compilation, Assembly? Assembly);
