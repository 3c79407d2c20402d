using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Jupyter;

/// <summary>How a kernel wants to be interrupted (<c>interrupt_mode</c>).</summary>
public enum InterruptMode
{
    /// <summary>By the signal SIGINT, which is what a kernel gets that does not say.</summary>
    Signal,

    /// <summary>By an <c>interrupt_request</c> on the control channel.</summary>
    Message,
}

/// <summary>
/// An installed Jupyter kernel: what its <c>kernel.json</c> says (jupyter-client.readthedocs.io, "Kernel specs").
/// </summary>
/// <param name="Name">The folder's name, by which Jupyter calls it; case does not matter.</param>
/// <param name="Folder">The folder with <c>kernel.json</c>.</param>
/// <param name="DisplayName">What people see.</param>
/// <param name="Language">The language it runs.</param>
/// <param name="Arguments">The program and its arguments (<c>argv</c>); <c>{connection_file}</c> stands for the connection file.</param>
public sealed record KernelSpec(string Name, string Folder, string DisplayName, string Language, IReadOnlyList<string> Arguments)
{
    /// <summary>The name of the file that describes a kernel.</summary>
    public const string FileName = "kernel.json";

    internal const int MaxFileBytes = 1_000_000;

    /// <summary>How it wants to be interrupted.</summary>
    public InterruptMode InterruptMode { get; init; }

    /// <summary>Environment variables for it; <c>${NAME}</c> in a value stands for a variable of the process that starts it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads the description in a folder.</summary>
    /// <param name="folder">The kernel's folder; its name becomes the kernel's.</param>
    /// <exception cref="KernelSpecException">There is none, or it makes no sense; the message says what is wrong with which file.</exception>
    public static KernelSpec Read(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        try
        {
            if (file.Length > MaxFileBytes)
            {
                throw new KernelSpecException($"{file.FullName} has {file.Length} bytes; a kernel's description has at most {MaxFileBytes}.");
            }
            return Parse(File.ReadAllText(file.FullName), Path.TrimEndingDirectorySeparator(file.DirectoryName!), file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KernelSpecException($"{file.FullName} cannot be read: {e.Message}", e);
        }
    }

    internal static KernelSpec Parse(string text, string folder, string file)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text);
            // Members that stand twice are noticed only at the first look.
            _ = (json as JsonObject)?.Count;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new KernelSpecException($"{file} is not valid JSON: {e.Message}", e);
        }
        if (json is not JsonObject members)
        {
            throw new KernelSpecException($"{file} holds no JSON object.");
        }
        var name = Path.GetFileName(folder);
        return new KernelSpec(name, folder, Text(members, "display_name", file) ?? name, Text(members, "language", file) ?? "", ReadArguments(members, file))
        {
            InterruptMode = Text(members, "interrupt_mode", file) switch
            {
                null or "signal" => InterruptMode.Signal,
                "message" => InterruptMode.Message,
                var other => throw new KernelSpecException($"{file}: 'interrupt_mode' is '{other}'; it is 'signal' or 'message'."),
            },
            Environment = ReadEnvironment(members, file),
        };
    }

    private static IReadOnlyList<string> ReadArguments(JsonObject json, string file) =>
        json["argv"] is JsonArray { Count: > 0 } argv && argv.All(IsText)
            && argv[0]!.GetValue<string>().Length > 0 && argv.Any(argument => argument!.GetValue<string>().Contains("{connection_file}", StringComparison.Ordinal))
            ? [.. argv.Select(argument => argument!.GetValue<string>())]
            : throw new KernelSpecException($"{file}: 'argv' has to be a list of strings, a program and its arguments, one with {{connection_file}}.");

    private static IReadOnlyDictionary<string, string> ReadEnvironment(JsonObject json, string file) =>
        json["env"] switch
        {
            null => new Dictionary<string, string>(),
            JsonObject variables when variables.All(pair => IsVariableName(pair.Key) && IsText(pair.Value)) =>
                variables.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal),
            _ => throw new KernelSpecException($"{file}: 'env' has to be an object of strings, the names without '='."),
        };

    private static string? Text(JsonObject json, string name, string file) => json[name] switch
    {
        null => null,
        var node when IsText(node) => node.GetValue<string>(),
        _ => throw new KernelSpecException($"{file}: '{name}' has to be a string."),
    };

    private static bool IsText(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String && !node.GetValue<string>().Contains('\0', StringComparison.Ordinal);

    private static bool IsVariableName(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('=', '\0') < 0;
}

/// <summary>A kernel is not installed, or its description makes no sense.</summary>
/// <param name="message">What is wrong, with the file, and what to do.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class KernelSpecException(string message, Exception? innerException = null) : Exception(message, innerException);
