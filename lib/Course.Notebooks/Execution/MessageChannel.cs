using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;

namespace Course.Notebooks.Execution;

/// <summary>
/// Messages over a byte stream: each one is its length (4 bytes, little-endian) and its JSON. Sending only puts the message
/// into a bounded queue that one thread writes out, for two reasons: code that is interrupted or aborted while it prints
/// must not leave half a message in the stream, and code that prints faster than the reader reads has to wait.
/// </summary>
internal sealed class MessageChannel : IDisposable
{
    /// <summary>No message is larger; a peer that announces a larger one is cut off.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    private const int QueueLength = 256;

    private readonly Stream stream;
    private readonly BlockingCollection<byte[]> queue = new(QueueLength);
    private readonly Thread writer;
    private volatile bool broken;

    public MessageChannel(Stream stream)
    {
        this.stream = stream;
        writer = new Thread(WriteQueue) { IsBackground = true, Name = "kernel messages out" };
        writer.Start();
    }

    /// <summary>Sends a message; callable from any thread. When the other side is gone, messages vanish.</summary>
    /// <exception cref="InvalidDataException">The message is larger than <see cref="MaxMessageBytes"/>.</exception>
    public void Send(KernelMessage message)
    {
        var bytes = message.ToBytes();
        if (bytes.Length > MaxMessageBytes)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"A kernel message of {bytes.Length:N0} bytes is over the limit of {MaxMessageBytes:N0}."));
        }
        try
        {
        }
        finally
        {
            // In a finally block because an abort, which is how a running cell is interrupted, waits for its end.
            Enqueue(bytes);
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>The message, or <see langword="null"/> at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">What arrives is no message.</exception>
    public KernelMessage? Receive()
    {
        var header = new byte[sizeof(int)];
        while (true)
        {
            if (!Fill(header))
            {
                return null;
            }
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is <= 0 or > MaxMessageBytes)
            {
                throw new InvalidDataException($"A kernel message announces {length} bytes; the limit is {MaxMessageBytes}.");
            }
            var body = new byte[length];
            if (!Fill(body))
            {
                return null;
            }
            if (KernelMessage.FromBytes(body) is { } message)
            {
                return message;
            }
        }
    }

    /// <summary>Takes no more messages and waits until the queued ones are written.</summary>
    /// <returns>Whether they were written in time.</returns>
    public bool Complete(TimeSpan timeout)
    {
        queue.CompleteAdding();
        return writer.Join(timeout);
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        stream.Dispose();
    }

    private void Enqueue(byte[] bytes)
    {
        try
        {
            while (!broken && !queue.TryAdd(bytes, millisecondsTimeout: 200))
            {
            }
        }
        catch (InvalidOperationException)
        {
            // Completed: the conversation is over.
        }
    }

    private void WriteQueue()
    {
        try
        {
            var header = new byte[sizeof(int)];
            foreach (var bytes in queue.GetConsumingEnumerable())
            {
                BinaryPrimitives.WriteInt32LittleEndian(header, bytes.Length);
                stream.Write(header);
                stream.Write(bytes);
                stream.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            broken = true;
        }
    }

    private bool Fill(byte[] buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }
}
