using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Tests.Execution;

/// <summary>A kernel without a process: a test says what each piece of code does.</summary>
internal sealed class FakeKernel : IKernelClient
{
    private readonly TaskCompletionSource interrupted = new();
    private readonly TaskCompletionSource<ExecutionReply> killed = new();

    public static readonly ExecutionReply Nothing = new(null, null);

    public Func<string, IKernelOutput, ExecutionReply> OnExecute { get; init; } = (_, _) => Nothing;

    public Action OnLoop { get; init; } = () => { };

    /// <summary>Code that never ends: <c>loop</c> stops when interrupted, <c>native loop</c> only when killed.</summary>
    public List<string> Executed { get; } = [];

    public List<string> Calls { get; } = [];

    public KernelExit? StartProblem { get; init; }

    public Task StartAsync(CancellationToken cancellationToken = default) =>
        StartProblem is null ? Task.CompletedTask : throw new KernelDiedException(StartProblem);

    public async Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output)
    {
        Executed.Add(code);
        await Task.Yield();
        switch (code)
        {
            case "loop":
                OnLoop();
                await interrupted.Task;
                return new ExecutionReply(null, new KernelError("System.OperationCanceledException", "interrupted", []));
            case "native loop":
                return await killed.Task;
            case "die":
                throw new KernelDiedException(new KernelExit(3, ""));
            default:
                return OnExecute(code, output);
        }
    }

    public Task InterruptAsync()
    {
        Calls.Add("interrupt");
        interrupted.TrySetResult();
        return Task.CompletedTask;
    }

    public Task KillAsync()
    {
        Calls.Add("kill");
        killed.TrySetException(new KernelDiedException(new KernelExit(137, "")));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Calls.Add("dispose");
        return default;
    }
}
