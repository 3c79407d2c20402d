namespace Course.Notebooks.Kernels;

/// <summary>Puts questions of running code to the person in front of it: the counterpart of <see cref="IKernelOutput"/>.</summary>
public interface IKernelInput
{
    /// <summary>Asks, and waits for the answer. Calls may come from any thread.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Gives the question up, because the code was interrupted.</param>
    /// <exception cref="InvalidOperationException">Nobody can answer (any more).</exception>
    Task<string> AskAsync(InputRequest request, CancellationToken cancellationToken);
}
