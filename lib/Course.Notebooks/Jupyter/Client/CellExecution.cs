using System.Globalization;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Client;

/// <summary>
/// A cell under way, or done: its output may still come. It has ended when its reply has come on shell and <c>idle</c> on
/// iopub, in either order, because they travel on two channels. Called on the poller's thread.
/// </summary>
/// <param name="output">Receives what the cell shows.</param>
internal sealed class CellExecution(IKernelOutput output)
{
    private readonly TaskCompletionSource<ReplyContent> replied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MimeBundle? result;
    private KernelError? error;
    private DateTimeOffset? busyAt;
    private DateTimeOffset? inputAt;
    private DateTimeOffset? idleAt;
    private DateTimeOffset? replyAt;

    /// <summary>Completes with the reply.</summary>
    public Task<ReplyContent> Replied => replied.Task;

    /// <summary>Completes when the kernel says it is idle again.</summary>
    public Task Idle => idle.Task;

    /// <summary>A message on iopub.</summary>
    public void Show(JupyterMessage message)
    {
        switch (message.Content)
        {
            case StatusMessage { ExecutionState: StatusMessage.Busy }:
                busyAt = TimeOf(message);
                break;
            case StatusMessage { ExecutionState: StatusMessage.Idle }:
                idleAt = TimeOf(message);
                idle.TrySetResult();
                break;
            case ExecuteInput:
                inputAt = TimeOf(message);
                break;
            case StreamMessage stream:
                output.Stream(stream.Name, stream.Text);
                break;
            case DisplayData display:
                output.Display(WithMetadata(display.Data, display.Metadata), display.Transient.DisplayId);
                break;
            case UpdateDisplayData { Transient.DisplayId: { } id } update:
                output.UpdateDisplay(WithMetadata(update.Data, update.Metadata), id);
                break;
            case ClearOutput clear:
                output.ClearOutput(clear.Wait);
                break;
            case ExecuteResult value:
                ShowResult(WithMetadata(value.Data, value.Metadata));
                break;
            case ErrorMessage e:
                error = new KernelError(e.Ename, e.Evalue, e.Traceback, e.Line);
                break;
        }
    }

    /// <summary>The reply on shell.</summary>
    public void Reply(JupyterMessage message)
    {
        if (message.Content is ReplyContent reply)
        {
            replyAt = TimeOf(message);
            replied.TrySetResult(reply);
        }
    }

    /// <summary>What came of the cell, after its end.</summary>
    public ExecutionReply ToReply()
    {
        var reply = replied.Task.Result;
        var failed = reply.Succeeded || error is not null ? error
            : reply.Status == ReplyContent.Aborted ? new KernelError("Aborted", "The kernel did not run the cell.", [])
            : new KernelError(reply.Ename ?? "Error", reply.Evalue ?? "", reply.Traceback ?? []);
        return new ExecutionReply(result, failed) { Times = new ExecutionTimes(busyAt, inputAt, idleAt, replyAt) };
    }

    // IPython can be set up to give a result for each line; all but the last are shown as they come.
    private void ShowResult(MimeBundle value)
    {
        if (result is { } earlier)
        {
            output.Display(earlier);
        }
        result = value;
    }

    private static MimeBundle WithMetadata(MimeBundle bundle, System.Text.Json.Nodes.JsonObject metadata) =>
        metadata.Count == 0 ? bundle : bundle with { Metadata = metadata };

    private static DateTimeOffset TimeOf(JupyterMessage message) =>
        DateTimeOffset.TryParse(message.Header.Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date : DateTimeOffset.UtcNow;
}
