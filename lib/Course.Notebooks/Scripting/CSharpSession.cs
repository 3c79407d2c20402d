using System.Globalization;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting.Services;

namespace Course.Notebooks.Scripting;

/// <summary>
/// One notebook's C#: cells share variables, types, usings and references; a cell may end in an expression to show, await, ask
/// for packages (<c>#r "nuget:Name,Version"</c>), import files and be interrupted. It behaves as .NET Interactive's C# kernel
/// does, so notebooks run in both.
/// </summary>
/// <remarks>
/// Compiled cells are never unloaded and formatters are registered for the whole process: use one process per notebook.
/// </remarks>
public sealed class CSharpSession : ILanguageSession
{
    private readonly CSharpSessionOptions options;
    private readonly CellRunner runner;
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private int cells;
    private bool disposed;
    private volatile OrderedOutput? latest;

    /// <summary>Makes an empty session.</summary>
    /// <exception cref="DirectoryNotFoundException">The working directory does not exist.</exception>
    public CSharpSession(CSharpSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(options.WorkingDirectory))
        {
            throw new DirectoryNotFoundException($"The notebook's folder \"{options.WorkingDirectory}\" does not exist.");
        }
        this.options = options with { WorkingDirectory = Path.GetFullPath(options.WorkingDirectory) };
        runner = new CellRunner(this.options);
    }

    /// <summary>Loads the compiler, so that the first cell is as fast as the second.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken = default)
    {
        await oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Run(() => runner.WarmUp(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output, CancellationToken cancellationToken = default) =>
        ExecuteAsync(code, output, input: null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ExecutionReply> ExecuteAsync(
        string code, IKernelOutput output, IKernelInput? input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(disposed, this);
        await oneAtATime.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (runner.IsOccupied)
            {
                return new ExecutionReply(null, CellRunner.Occupied);
            }
            ConsoleRouter.Install();
            var ordered = new OrderedOutput(output, options.MaxStreamCharacters, options.MaxDisplayCharacters);
            latest = ordered;
            var cell = new CellContext(ordered, input) { Interrupted = cancellationToken };
            var reply = await Task.Run(() => RunAsync(code, cell, cancellationToken), CancellationToken.None).ConfigureAwait(false);
            await ordered.FlushAsync().ConfigureAwait(false);
            NativeHeap.TrimNowAndThen();
            return reply;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ObjectDisposedException.ThrowIf(disposed, this);
        return AnswerAsync(() => runner.Services.CompleteAsync(code, position, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<InspectionReply?> InspectAsync(
        string code, int position, InspectionDetail detail, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ObjectDisposedException.ThrowIf(disposed, this);
        return AnswerAsync(() => runner.Services.InspectAsync(code, position, detail, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CompletenessReply> IsCompleteAsync(string code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        return Task.Run(() => CompletenessCheck.Check(code, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task FlushOutputAsync() => latest?.FlushAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        disposed = true;
        runner.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<TAnswer> AnswerAsync<TAnswer>(Func<Task<TAnswer>> answer, CancellationToken cancellationToken)
    {
        var found = await Task.Run(answer, cancellationToken).ConfigureAwait(false);
        NativeHeap.TrimNowAndThen();
        return found;
    }

    private async Task<ExecutionReply> RunAsync(string code, CellContext cell, CancellationToken cancellationToken)
    {
        cell.Enter();
        cells++;
        var path = string.Create(CultureInfo.InvariantCulture, $"cell:{cells}");
        try
        {
            var result = await runner.RunAsync(new SourceDocument(path, "cell", code), cell, [], cancellationToken).ConfigureAwait(false);
            return new ExecutionReply(result, null);
        }
        catch (CellFailedException failed)
        {
            return new ExecutionReply(null, failed.Error);
        }
    }
}
