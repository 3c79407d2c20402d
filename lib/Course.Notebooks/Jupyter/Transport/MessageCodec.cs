using System.Text.Json;
using Course.Notebooks.Jupyter.Messages;

namespace Course.Notebooks.Jupyter.Transport;

/// <summary>
/// Messages as ZeroMQ frames: identities, a delimiter, the signature, four JSON objects, and any number of raw buffers
/// (jupyter-client.readthedocs.io, "The wire protocol").
/// </summary>
/// <remarks>
/// One codec serves one socket: it remembers the signatures it has seen there, because a message that arrives a second time has
/// been recorded and replayed by somebody. It is not for several threads to decode with at once; encoding is.
/// </remarks>
internal sealed class MessageCodec(MessageSigner signer)
{
    /// <summary>The largest message accepted, over all of its frames.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    /// <summary>The most frames accepted.</summary>
    public const int MaxFrames = 256;

    private const int SignedParts = 4;
    private const int RememberedSignatures = 65_536;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<string> oldestSeen = new();

    /// <summary>What separates the identities from the message.</summary>
    public static ReadOnlySpan<byte> Delimiter => "<IDS|MSG>"u8;

    /// <summary>The frames of a message, signed.</summary>
    public IReadOnlyList<byte[]> Encode(JupyterMessage message)
    {
        byte[][] parts =
        [
            MessageJson.Write(message.Header), MessageJson.Write(message.Parent), MessageJson.Write(message.Metadata),
            MessageJson.Write(message.Content),
        ];
        return [.. message.Identities, Delimiter.ToArray(), signer.Sign(parts), .. parts, .. message.Buffers];
    }

    /// <summary>The message that frames make up.</summary>
    /// <exception cref="MessageRefusedException">They make up none that may be acted upon.</exception>
    public JupyterMessage Decode(IReadOnlyList<byte[]> frames)
    {
        CheckSize(frames);
        var delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(Delimiter))
        {
            delimiter++;
        }
        if (frames.Count < delimiter + 2 + SignedParts)
        {
            throw new MessageRefusedException($"{frames.Count} frames are no message.");
        }
        var signature = frames[delimiter + 1];
        byte[][] parts = [.. frames.Skip(delimiter + 2).Take(SignedParts)];
        if (!signer.IsSignatureOf(signature, parts))
        {
            throw new MessageRefusedException("The signature is wrong.");
        }
        // Only what is signed can fill this memory.
        RefuseSecond(Convert.ToHexString(signature));
        try
        {
            var header = MessageJson.ReadHeader(parts[0]) ?? throw new MessageRefusedException("The header is empty.");
            return new JupyterMessage(header, MessageJson.ReadContent(header.MsgType, parts[3]))
            {
                Identities = [.. frames.Take(delimiter)],
                Parent = MessageJson.ReadHeader(parts[1]),
                Metadata = MessageJson.ReadObject(parts[2]),
                Buffers = [.. frames.Skip(delimiter + 2 + SignedParts)],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new MessageRefusedException("It is malformed: " + e.Message, e);
        }
    }

    private static void CheckSize(IReadOnlyList<byte[]> frames)
    {
        var bytes = frames.Sum(frame => (long)frame.Length);
        if (bytes > MaxMessageBytes || frames.Count > MaxFrames)
        {
            throw new MessageRefusedException($"It is too large: {bytes} bytes in {frames.Count} frames.");
        }
    }

    private void RefuseSecond(string signature)
    {
        if (!seen.Add(signature))
        {
            throw new MessageRefusedException("It was received before.");
        }
        oldestSeen.Enqueue(signature);
        if (oldestSeen.Count > RememberedSignatures)
        {
            seen.Remove(oldestSeen.Dequeue());
        }
    }
}
