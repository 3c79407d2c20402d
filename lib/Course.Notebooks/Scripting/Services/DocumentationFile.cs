using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting.Services;

/// <summary>
/// The XML documentation of an assembly: the file beside it, or for .NET itself the files of the reference pack, which an SDK
/// installs. They are searched as bytes each time someone asks: that takes milliseconds, an index in memory would take 30 MB.
/// </summary>
internal sealed class DocumentationFile(string assembly) : DocumentationProvider
{
    private static readonly Lazy<IReadOnlyList<string>> FrameworkFiles = new(FindFrameworkFiles);

    /// <inheritdoc/>
    protected override string GetDocumentationForSymbol(
        string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default)
    {
        var start = Encoding.UTF8.GetBytes($"<member name=\"{documentationMemberID.Replace("&", "&amp;").Replace("<", "&lt;")}\"");
        foreach (var file in Files())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(file, start) is { } member)
            {
                return member;
            }
        }
        return "";
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DocumentationFile other && other.Assembly == Assembly;

    /// <inheritdoc/>
    public override int GetHashCode() => assembly.GetHashCode(StringComparison.Ordinal);

    private string Assembly => assembly;

    /// <summary>The element of a member as the file has it, or <see langword="null"/>.</summary>
    private static string? Find(string file, byte[] start)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Documentation is a courtesy: without its file the signature must do.
            return null;
        }
        var begin = text.AsSpan().IndexOf(start);
        if (begin < 0)
        {
            return null;
        }
        var rest = text.AsSpan(begin);
        var end = rest.IndexOf("</member>"u8);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..(end + "</member>".Length)]);
    }

    private IEnumerable<string> Files()
    {
        var beside = Path.ChangeExtension(assembly, ".xml");
        if (File.Exists(beside))
        {
            return [beside];
        }
        var name = Path.GetFileName(beside);
        return HostAssemblies.IsFramework(assembly)
            // System.Private.CoreLib is documented in the files of the assemblies through which programs refer to it.
            ? FrameworkFiles.Value.OrderByDescending(file => Path.GetFileName(file) == name)
            : [];
    }

    private static IReadOnlyList<string> FindFrameworkFiles()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/ is where this process's runtime lies.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var installed = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var major = string.Create(CultureInfo.InvariantCulture, $"net{Environment.Version.Major}.0");
        return ((string[])[installed, Path.Combine(packages, "microsoft.netcore.app.ref")])
            .Where(Directory.Exists)
            .SelectMany(pack => Directory.GetDirectories(pack).OrderDescending(StringComparer.Ordinal))
            .Select(version => Path.Combine(version, "ref", major))
            .Where(Directory.Exists)
            .Select(folder => Directory.GetFiles(folder, "*.xml"))
            .FirstOrDefault(files => files.Length > 0)
            // Most of what is asked for is in the one large file.
            ?.OrderByDescending(file => Path.GetFileName(file) == "System.Runtime.xml").ToArray() ?? [];
    }
}
