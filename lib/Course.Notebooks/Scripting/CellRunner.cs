using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting.Directives;
using Course.Notebooks.Scripting.Packages;
using Course.Notebooks.Scripting.Services;
using Microsoft.CodeAnalysis;
using Microsoft.DotNet.Interactive.Formatting;

namespace Course.Notebooks.Scripting;

/// <summary>Runs sources (cells, and the files they import) part by part in one session.</summary>
internal sealed class CellRunner : IDisposable
{
    private readonly SubmissionThread thread;
    private readonly Tracebacks tracebacks = new();
    private readonly LibraryCompiler libraries;

    /// <summary>Makes the runner of a session.</summary>
    public CellRunner(CSharpSessionOptions options)
    {
        Options = options;
        thread = new SubmissionThread(options.InterruptPatience);
        LoadContext = new NotebookLoadContext();
        References = new ReferenceSet(LoadContext);
        Chain = new SubmissionChain(References, LoadContext);
        libraries = new LibraryCompiler(References, Chain, LoadContext);
        Packages = new PackageSet(options.WorkingDirectory, References, LoadContext);
        Services = new LanguageServices(Chain, References, options.WorkingDirectory);
    }

    /// <summary>What the session was told of its surroundings.</summary>
    public CSharpSessionOptions Options { get; }

    /// <summary>Loads what cells reference.</summary>
    public NotebookLoadContext LoadContext { get; }

    /// <summary>What cells are compiled against.</summary>
    public ReferenceSet References { get; }

    /// <summary>The code run so far.</summary>
    public SubmissionChain Chain { get; }

    /// <summary>The NuGet packages asked for.</summary>
    public PackageSet Packages { get; }

    /// <summary>Completion and documentation.</summary>
    public LanguageServices Services { get; }

    /// <summary>Whether code that could not be interrupted is still running.</summary>
    public bool IsOccupied => thread.IsOccupied;

    /// <summary>Runs a source to its end.</summary>
    /// <returns>The value of its last expression, if it has one.</returns>
    /// <exception cref="CellFailedException">The source failed.</exception>
    public async Task<MimeBundle?> RunAsync(
        SourceDocument document, CellContext cell, IReadOnlyList<string> importing, CancellationToken cancellationToken)
    {
        tracebacks.Add(document);
        var parts = CellParser.Parse(document.Text, DirectiveTable.TextNames, DirectiveTable.CSharpNames);
        Check(parts, document);
        var scope = new DirectiveScope(this, document, cell, importing, cancellationToken);
        MimeBundle? result = null;
        foreach (var part in parts)
        {
            if (result is not null)
            {
                // Only the last value is the cell's result; values of earlier parts are shown where they arise.
                cell.Output.Display(result);
                result = null;
            }
            // Neighbouring #r and #i lines are restored in one go.
            if (part is not DirectivePart { Name: "#r" or "#i" })
            {
                await RestorePackagesAsync(scope).ConfigureAwait(false);
            }
            if (part is DirectivePart directive)
            {
                await RunDirectiveAsync(directive, scope).ConfigureAwait(false);
            }
            else if (part is TextPart text)
            {
                cell.Output.Display(DirectiveTable.Text(text.Language).Render(text.Text));
            }
            else
            {
                result = await RunCodeAsync((CodePart)part, scope, cell, cancellationToken).ConfigureAwait(false);
            }
        }
        await RestorePackagesAsync(scope).ConfigureAwait(false);
        return scope.Clock is { } clock ? ShowWallTime(clock, result, cell) : result;
    }

    /// <summary>Compiles a line, so that the first cell need not wait for the compiler to be loaded.</summary>
    public void WarmUp(CancellationToken cancellationToken)
    {
        Chain.Compile(SubmissionChain.Parse("Console.Out.Flush(); await Task.Yield(); 1 + 1", "warm-up"), cancellationToken);
        ValueRenderer.Render(new { Ready = true });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Services.Dispose();
        thread.Dispose();
    }

    private static void Check(IReadOnlyList<CellPart> parts, SourceDocument document)
    {
        foreach (var part in parts)
        {
            try
            {
                DirectiveTable.Check(part);
            }
            catch (DirectiveException exception)
            {
                throw Failure(exception, document, part.Line);
            }
        }
    }

    private static async Task RunDirectiveAsync(DirectivePart part, DirectiveScope scope)
    {
        try
        {
            await DirectiveTable.Action(part.Name).RunAsync(part, scope).ConfigureAwait(false);
        }
        catch (DirectiveException exception)
        {
            scope.Session.Packages.ForgetPending();
            throw Failure(exception, scope.Document, part.Line);
        }
        catch (CellFailedException exception)
        {
            throw exception.Through(scope.Document, part.Line);
        }
    }

    private async Task RestorePackagesAsync(DirectiveScope scope)
    {
        if (Packages.PendingLine is not { } line)
        {
            return;
        }
        try
        {
            var installed = await Packages.RestoreAsync(scope.CancellationToken).ConfigureAwait(false);
            scope.Display(new MimeBundle("text/plain", "Installed packages: " + string.Join(", ", installed)));
        }
        catch (DirectiveException exception)
        {
            throw Failure(exception, scope.Document, line);
        }
        catch (OperationCanceledException)
        {
            throw new CellFailedException(Interruption);
        }
        finally
        {
            Packages.ForgetPending();
        }
    }

    private static CellFailedException Failure(DirectiveException exception, SourceDocument document, int line)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"{document.Name} line {line}: {exception.Message}");
        return new CellFailedException(new KernelError(
            typeof(DirectiveException).FullName!, message, [message, "   in " + document.Describe(line)], line));
    }

    private async Task<MimeBundle?> RunCodeAsync(
        CodePart part, DirectiveScope scope, CellContext cell, CancellationToken cancellationToken)
    {
        var document = scope.Document;
        CompiledSubmission compiled;
        try
        {
            compiled = Compile(part, document, scope.Optimization, cancellationToken);
        }
        catch (CompilationFailedException exception)
        {
            throw new CellFailedException(tracebacks.Describe(exception, document));
        }
        catch (OperationCanceledException)
        {
            throw new CellFailedException(Interruption);
        }

        var run = Chain.Append(compiled);
        MimeBundle? result = null;
        Exception? failure = null;
        var end = SubmissionEnd.Finished;
        try
        {
            end = await thread.RunAsync(RunOnThread, late => ReportLate(late, document, cell), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // An `async void` method of the cell threw: its exception has no task to go to.
            failure = exception;
        }
        if (end == SubmissionEnd.Unstoppable)
        {
            throw new CellFailedException(Unstoppable);
        }
        if (end == SubmissionEnd.Interrupted || failure is not null && cancellationToken.IsCancellationRequested)
        {
            throw new CellFailedException(failure is null ? Interruption : tracebacks.Locate(Interruption, failure, document));
        }
        return failure is null ? result : throw new CellFailedException(tracebacks.Describe(failure, document));

        async Task RunOnThread()
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
            using var reflection = LoadContext.EnterContextualReflection();
            try
            {
                var value = await run();
                if (compiled.HasValue && value is not DisplayedValue)
                {
                    result = ValueRenderer.RenderResult(value);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }
    }

    private CompiledSubmission Compile(
        CodePart part, SourceDocument document, OptimizationLevel optimization, CancellationToken cancellationToken)
    {
        var tree = SubmissionChain.Parse(part.Code, document.Path, cancellationToken);
        if (LibraryCode.Split(tree) is { } split)
        {
            libraries.Add(split, document.Path, optimization, cancellationToken);
            tree = SubmissionChain.Parse(split.Script, document.Path, cancellationToken);
        }
        return Chain.Compile(tree, cancellationToken, optimization);
    }

    private void ReportLate(Exception exception, SourceDocument document, CellContext cell) =>
        cell.Output.Write("stderr", string.Join('\n', tracebacks.Describe(exception, document).Traceback) + "\n");

    private static MimeBundle? ShowWallTime(Stopwatch clock, MimeBundle? result, CellContext cell)
    {
        var elapsed = clock.Elapsed.TotalMilliseconds;
        if (result is not null)
        {
            cell.Output.Display(result);
        }
        cell.Output.Display(new MimeBundle(
            "text/plain", string.Create(CultureInfo.InvariantCulture, $"Wall time: {elapsed:0.00}ms")));
        return null;
    }

    private static KernelError Interruption { get; } = Error<OperationCanceledException>(
        "The cell was interrupted. Variables keep the values they had reached.");

    private static KernelError Unstoppable { get; } = Error<TimeoutException>(
        "The cell was interrupted but does not stop yet: it is inside a library or native code. It ends when that returns; "
        + "restart the notebook to end it at once.");

    /// <summary>The answer to a cell submitted while one that could not be stopped is still running.</summary>
    public static KernelError Occupied { get; } = Error<InvalidOperationException>(
        "An earlier cell was interrupted but is still running inside a library or native code. Wait for it to end, or restart the "
        + "notebook.");

    private static KernelError Error<TException>(string message) =>
        new(typeof(TException).FullName!, message, [$"{typeof(TException).FullName}: {message}"]);
}
