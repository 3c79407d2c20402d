using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Course.Notebooks.Scripting;

/// <summary>Code that has been compiled.</summary>
/// <param name="Compilation">The compiler's view of it.</param>
/// <param name="Assembly">The assembly; empty when there is nothing to run.</param>
/// <param name="Symbols">Its debug information.</param>
internal sealed record CompiledCode(CSharpCompilation Compilation, byte[] Assembly, byte[] Symbols);

/// <summary>Compiles code of cells, in such a way that it can be interrupted.</summary>
internal static class CellCompiler
{
    /// <summary>Compiles.</summary>
    /// <param name="compilation">The code.</param>
    /// <param name="cancellationToken">Ends the compilation.</param>
    /// <param name="note">What to tell besides the errors.</param>
    /// <exception cref="CompilationFailedException">The code does not compile.</exception>
    public static CompiledCode Compile(CSharpCompilation compilation, CancellationToken cancellationToken, string? note = null)
    {
        if (compilation.SyntaxTrees.Any(tree => Errors(tree.GetDiagnostics(cancellationToken)).Length > 0))
        {
            // What is not even a text of the language is not rewritten.
            ThrowIfAny(compilation.GetDiagnostics(cancellationToken), note);
        }
        // Checking the code as written and then compiling what it was rewritten to would bind everything twice, in every cell.
        // Only where something is wrong the code as written is asked: the rewritten code has other columns.
        var (code, errors) = Emit(Rewrite(compilation, cancellationToken), cancellationToken);
        if (errors.Length > 0)
        {
            ThrowIfAny(compilation.GetDiagnostics(cancellationToken), note);
            // Code so unusual that the rewriting broke it is run as it is.
            (code, errors) = Emit(compilation, cancellationToken);
            ThrowIfAny(errors, note);
        }
        return code;
    }

    private static CSharpCompilation Rewrite(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        var rewritten = compilation;
        foreach (var tree in compilation.SyntaxTrees)
        {
            rewritten = rewritten.ReplaceSyntaxTree(tree, Interruptible.Rewrite(tree, compilation, cancellationToken));
        }
        return rewritten;
    }

    private static (CompiledCode Code, Diagnostic[] Errors) Emit(CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(
            assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb),
            cancellationToken: cancellationToken);
        return (new CompiledCode(compilation, assembly.ToArray(), symbols.ToArray()), Errors(emitted.Diagnostics));
    }

    private static void ThrowIfAny(IEnumerable<Diagnostic> diagnostics, string? note)
    {
        if (Errors(diagnostics) is { Length: > 0 } errors)
        {
            throw new CompilationFailedException(errors, note);
        }
    }

    private static Diagnostic[] Errors(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
}

/// <summary>Code does not compile.</summary>
/// <param name="diagnostics">The compiler's errors.</param>
/// <param name="note">What the reader should know besides.</param>
internal sealed class CompilationFailedException(IReadOnlyList<Diagnostic> diagnostics, string? note = null)
    : Exception("The code does not compile.")
{
    /// <summary>What the reader should know besides.</summary>
    public string? Note => note;

    /// <summary>The compiler's errors.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => diagnostics;
}
