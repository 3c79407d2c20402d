using System.Net;

namespace Course.Serving;

/// <summary>Where a <see cref="ChatServer"/> listens and how much it lets others ask of it. Immutable.</summary>
public sealed record ServerOptions
{
    /// <summary>The address it listens on: this machine alone unless another is named.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; } = 8642;

    /// <summary>The largest request, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 256 * 1024;

    /// <summary>Answers that are written at the same time; each holds a copy of the model.</summary>
    public int MaxParallel { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Requests that may wait for their turn; who comes when all places are taken is asked to come again.</summary>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>The most tokens of an answer, whatever is asked for.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>How long one answer may take, waiting included.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may take to send a request's headers, and to begin sending its body at a decent rate.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether only this machine is listened to.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address);

    internal ServerOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, IPEndPoint.MaxPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBodyBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxParallel, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaiting);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AnswerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ReadTimeout, TimeSpan.Zero);
        return this;
    }
}
