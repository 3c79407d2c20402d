using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>Asks the person at the client that sent the cell, one question at a time.</summary>
/// <param name="stdin">The socket for questions and answers.</param>
/// <param name="session">The kernel's session.</param>
internal sealed class StdinInput(MessageSocket stdin, string session)
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private JupyterMessage? question;
    private TaskCompletionSource<string>? answer;

    /// <summary>Takes an answer; one that nobody waits for (any more) is dropped.</summary>
    public void Take(JupyterMessage message)
    {
        lock (gate)
        {
            // Not every client says which question it answers.
            if (message.Content is InputReply reply && question is not null && IsSameClient(message, question)
                && (message.Parent is null || message.Parent.MsgId == question.Header.MsgId))
            {
                answer!.TrySetResult(reply.Value);
            }
        }
    }

    /// <summary>The input of one cell.</summary>
    /// <param name="request">The request that runs the cell.</param>
    public CellInput For(JupyterMessage request) => new(this, request);

    private async Task<string> AskAsync(JupyterMessage request, InputRequest input, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                question = request.Answer(new InputRequestMessage(input.Prompt, input.IsPassword), session);
                answer = asked;
            }
            stdin.Send(question);
            return await asked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                question = null;
            }
            oneAtATime.Release();
        }
    }

    private static bool IsSameClient(JupyterMessage one, JupyterMessage other) =>
        one.Identities.Count == other.Identities.Count
        && one.Identities.Zip(other.Identities).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    /// <summary>Asks for one cell, until that cell has ended.</summary>
    internal sealed class CellInput(StdinInput input, JupyterMessage request) : IKernelInput, IDisposable
    {
        private readonly CancellationTokenSource ended = new();

        public async Task<string> AskAsync(InputRequest question, CancellationToken cancellationToken)
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended.Token);
            try
            {
                return await input.AskAsync(request, question, both.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                throw new InvalidOperationException("A thread asks for input, but the cell that started it has ended.");
            }
        }

        /// <summary>The cell has ended.</summary>
        public void Dispose() => ended.Cancel();
    }
}
