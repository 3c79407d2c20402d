using Course.Notebooks.Kernels;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>
/// A language of a few words, to show that the kernel knows no other: <c>show X</c>, <c>print X</c>, <c>fail X</c>, <c>value X</c>, <c>image</c>,
/// <c>ask X</c>, <c>secret X</c>, <c>wait</c> (until interrupted), <c>late X</c> (printed when <see cref="Release"/> is called),
/// <c>defect</c>. Anything else does nothing.
/// </summary>
internal sealed class ScriptedSession : ILanguageSession
{
    private readonly TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Ran { get; } = [];

    public SemaphoreSlim Waiting { get; } = new(0);

    public void Release() => late.TrySetResult();

    public async Task<ExecutionReply> ExecuteAsync(
        string code, IKernelOutput output, IKernelInput? input, CancellationToken cancellationToken = default)
    {
        Ran.Add(code);
        var (verb, rest) = code.Split(' ', 2) is [var first, var second] ? (first, second) : (code, "");
        switch (verb)
        {
            case "print":
                output.Stream("stdout", rest);
                return new ExecutionReply(null, null);
            case "show":
                output.Display(new MimeBundle("text/plain", rest), "id");
                output.UpdateDisplay(new MimeBundle("text/plain", rest + "!"), "id");
                output.ClearOutput(wait: true);
                return new ExecutionReply(null, null);
            case "image":
                var image = new MimeBundle("image/png", "AAAA") { Metadata = new() { ["image/png"] = new System.Text.Json.Nodes.JsonObject { ["width"] = 7 } } };
                output.Display(image, "id");
                output.UpdateDisplay(image, "id");
                return new ExecutionReply(image, null);
            case "value":
                return new ExecutionReply(new MimeBundle("text/plain", rest), null);
            case "fail":
                return new ExecutionReply(null, new KernelError("Some.Error", rest, [$"Some.Error: {rest}", "   in cell line 1: fail"], 1));
            case "ask" or "secret":
                return await AskAsync(input, new InputRequest(rest, verb == "secret"), cancellationToken);
            case "wait":
                Waiting.Release();
                var stopped = new TaskCompletionSource();
                await using (cancellationToken.Register(stopped.SetResult))
                {
                    await stopped.Task;
                }
                return new ExecutionReply(null, new KernelError("Stopped", "interrupted", ["interrupted"]));
            case "late":
                _ = Task.Run(async () =>
                {
                    await late.Task;
                    output.Stream("stdout", rest);
                }, CancellationToken.None);
                return new ExecutionReply(null, null);
            case "defect":
                throw new InvalidOperationException("a defect of the language");
            default:
                return new ExecutionReply(null, null);
        }
    }

    private static async Task<ExecutionReply> AskAsync(IKernelInput? input, InputRequest request, CancellationToken cancellationToken)
    {
        if (input is null)
        {
            return new ExecutionReply(null, new KernelError("Nobody", request.Prompt, [request.Prompt]));
        }
        try
        {
            return new ExecutionReply(new MimeBundle("text/plain", await input.AskAsync(request, cancellationToken)), null);
        }
        catch (OperationCanceledException)
        {
            return new ExecutionReply(null, new KernelError("Stopped", "interrupted", ["interrupted"]));
        }
    }

    public Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellationToken = default) =>
        Task.FromResult(new CompletionReply(
            [new CompletionMatch("print", "keyword", "print X"), new CompletionMatch("print", "keyword", null)], position - 1, position));

    public Task<InspectionReply?> InspectAsync(
        string code, int position, InspectionDetail detail, CancellationToken cancellationToken = default) =>
        Task.FromResult(code.StartsWith("print", StringComparison.Ordinal)
            ? new InspectionReply(new MimeBundle("text/plain", $"{code} at {position}, {detail}"))
            : null);

    public Task<CompletenessReply> IsCompleteAsync(string code, CancellationToken cancellationToken = default) =>
        Task.FromResult(new CompletenessReply(code.EndsWith('{') ? Completeness.Incomplete : Completeness.Complete, "  "));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
