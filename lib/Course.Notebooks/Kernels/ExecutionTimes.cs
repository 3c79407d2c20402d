namespace Course.Notebooks.Kernels;

/// <summary>When the messages of an execution were sent, by the kernel's clock.</summary>
/// <param name="Busy">The kernel began to work on the request.</param>
/// <param name="Input">The code began to run.</param>
/// <param name="Idle">The kernel had nothing more to do for the request.</param>
/// <param name="Reply">The reply.</param>
public sealed record ExecutionTimes(DateTimeOffset? Busy, DateTimeOffset? Input, DateTimeOffset? Idle, DateTimeOffset? Reply);
