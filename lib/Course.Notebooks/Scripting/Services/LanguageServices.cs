using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Services;

/// <summary>
/// What an editor asks about a cell that is being written. The answers come from the code the session has run, and from the state
/// of its declarations, not from its values; so nothing is executed, and a running cell is not waited for.
/// </summary>
internal sealed class LanguageServices(SubmissionChain chain, ReferenceSet references, string folder) : IDisposable
{
    // Loading Roslyn's services takes about a second, which sessions that nobody types in need not spend.
    private readonly Lazy<SessionWorkspace> workspace = new(() => new SessionWorkspace(chain, references));

    /// <summary>What can be typed at a place.</summary>
    public async Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellationToken)
    {
        position = Math.Clamp(position, 0, code.Length);
        if (DirectiveCompletions.Find(code, position, folder) is { } directive)
        {
            return directive;
        }
        var masked = CellMask.Apply(code);
        if (CellMask.Hides(code, masked, position))
        {
            return CompletionReply.Nothing(position);
        }
        var document = await workspace.Value.OpenAsync(masked, cancellationToken).ConfigureAwait(false);
        return await Completions.FindAsync(document, position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the name at a place means; <see langword="null"/> when nothing there has a meaning.</summary>
    public async Task<InspectionReply?> InspectAsync(
        string code, int position, InspectionDetail detail, CancellationToken cancellationToken)
    {
        position = Math.Clamp(position, 0, code.Length);
        if (DirectiveCompletions.Describe(code, position) is { } directive)
        {
            return new InspectionReply(Documentation.Render([directive]));
        }
        var masked = CellMask.Apply(code);
        if (CellMask.Hides(code, masked, position))
        {
            return null;
        }
        var document = await workspace.Value.OpenAsync(masked, cancellationToken).ConfigureAwait(false);
        var bundle = await Inspector.DescribeAsync(document, position, detail, cancellationToken).ConfigureAwait(false);
        return bundle is null ? null : new InspectionReply(bundle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (workspace.IsValueCreated)
        {
            workspace.Value.Dispose();
        }
    }
}
