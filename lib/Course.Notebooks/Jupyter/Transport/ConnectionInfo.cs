using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Course.Notebooks.Jupyter.Transport;

/// <summary>
/// Where a kernel listens and the key that messages are signed with: the connection file a client passes to the kernel it starts
/// (jupyter-client.readthedocs.io, "Making kernels for Jupyter", "Connection files").
/// </summary>
/// <param name="Ip">A loopback address.</param>
/// <param name="ShellPort">Requests that run code or ask about it.</param>
/// <param name="IopubPort">What the kernel tells everyone.</param>
/// <param name="StdinPort">Questions to the person.</param>
/// <param name="ControlPort">Requests that must be heard while a cell runs.</param>
/// <param name="HbPort">The heartbeat: what arrives is sent back.</param>
/// <param name="Key">The secret that both sides sign with.</param>
public sealed record ConnectionInfo(
    string Ip, int ShellPort, int IopubPort, int StdinPort, int ControlPort, int HbPort, string Key)
{
    private const int MaxFileBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Always <c>tcp</c>.</summary>
    public string Transport { get; init; } = "tcp";

    /// <summary>Always <c>hmac-sha256</c>.</summary>
    public string SignatureScheme { get; init; } = "hmac-sha256";

    /// <summary>The kernelspec's name, where the client says it.</summary>
    public string? KernelName { get; init; }

    /// <summary>Free ports of this machine and a new key, for a kernel about to be started.</summary>
    /// <remarks>Another program may take one of the ports before the kernel binds it; the kernel then ends and says so.</remarks>
    public static ConnectionInfo CreateLocal()
    {
        // All five are held open together, so that they differ.
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }
        return new ConnectionInfo(IPAddress.Loopback.ToString(), ports[0], ports[1], ports[2], ports[3], ports[4],
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    /// <summary>Reads and checks a connection file.</summary>
    /// <exception cref="InvalidDataException">It is none, or asks for something this engine refuses; the message says what.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ConnectionInfo Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length > MaxFileBytes)
        {
            throw new InvalidDataException($"\"{path}\" is no connection file: it has {length} bytes.");
        }
        ConnectionInfo info;
        try
        {
            info = JsonSerializer.Deserialize<ConnectionInfo>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("An object is expected.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"\"{path}\" is no connection file: {e.Message}", e);
        }
        return info.Problem() is { } problem
            ? throw new InvalidDataException($"The connection file \"{path}\" cannot be used: {problem}")
            : info;
    }

    /// <summary>Writes a connection file that only this user can read.</summary>
    public void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this, Json);
    }

    /// <summary>The address of one of the ports, as ZeroMQ writes it.</summary>
    internal string Address(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"tcp://{(Ip.Contains(':') ? $"[{Ip}]" : Ip == "localhost" ? "127.0.0.1" : Ip)}:{port}");

    // The key is the only lock, and it travels in the clear: nothing beyond this machine may reach the ports.
    private string? Problem()
    {
        int[] ports = [ShellPort, IopubPort, StdinPort, ControlPort, HbPort];
        return Transport != "tcp" ? $"the transport \"{Transport}\" is not supported. Let the client use \"tcp\"."
            : Ip != "localhost" && !(IPAddress.TryParse(Ip, out var address) && IPAddress.IsLoopback(address))
                ? $"the address \"{Ip}\" can be reached from other machines. Use 127.0.0.1, and a tunnel to work from afar."
            : ports.Any(port => port is < 1 or > 65535) || ports.Distinct().Count() < ports.Length
                ? $"the ports {string.Join(", ", ports)} are not five different numbers from 1 to 65535."
            : SignatureScheme != "hmac-sha256" ? $"the signature scheme \"{SignatureScheme}\" is not supported. Use \"hmac-sha256\"."
            : Key.Length == 0 ? "it has no key, and unsigned messages are not accepted."
            : null;
    }
}
