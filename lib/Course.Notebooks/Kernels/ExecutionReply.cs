namespace Course.Notebooks.Kernels;

/// <summary>How an execution ended.</summary>
/// <param name="Result">The value of the trailing expression, if the code has one.</param>
/// <param name="Error">What went wrong, or <see langword="null"/>.</param>
public sealed record ExecutionReply(MimeBundle? Result, KernelError? Error)
{
    /// <summary>Whether the code ran to its end.</summary>
    public bool Succeeded => Error is null;

    /// <summary>When the messages of the execution were sent; <see langword="null"/> where there were no messages.</summary>
    public ExecutionTimes? Times { get; init; }
}

/// <summary>An error as the Jupyter protocol reports it.</summary>
/// <param name="Name">The exception's type (<c>ename</c>), for example <c>System.DivideByZeroException</c>, or <c>CompilationError</c>.</param>
/// <param name="Value">The message (<c>evalue</c>).</param>
/// <param name="Traceback">Lines for people, the cell's own lines first, without frames of the engine.</param>
/// <param name="Line">The line of the cell where it went wrong, from 1, where that is known.</param>
public sealed record KernelError(string Name, string Value, IReadOnlyList<string> Traceback, int? Line = null);
