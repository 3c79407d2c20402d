using System.Security.Cryptography;
using System.Text;

namespace Course.Notebooks.Jupyter.Transport;

/// <summary>Signs messages and recognises signatures: HMAC-SHA256 over header, parent header, metadata and content.</summary>
/// <param name="key">The secret of the connection file.</param>
internal sealed class MessageSigner(string key)
{
    private readonly byte[] key = Encoding.UTF8.GetBytes(key);

    /// <summary>The signature in lower-case hexadecimal, as it travels.</summary>
    public byte[] Sign(ReadOnlySpan<byte[]> parts)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
        {
            mac.AppendData(part);
        }
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(mac.GetHashAndReset()));
    }

    /// <summary>Whether a signature is right. Takes equally long wherever it is wrong, so it cannot be guessed byte by byte.</summary>
    public bool IsSignatureOf(ReadOnlySpan<byte> signature, ReadOnlySpan<byte[]> parts) =>
        CryptographicOperations.FixedTimeEquals(signature, Sign(parts));
}
