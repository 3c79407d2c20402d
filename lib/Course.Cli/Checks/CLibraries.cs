using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Course.Cli.Checks;

/// <summary>The C and C++ libraries of a Linux system, on which the native tensor library stands.</summary>
internal static partial class CLibraries
{
    private const string Fix = "Install the C++ library: sudo apt-get install libstdc++6 (Debian, Ubuntu), sudo dnf install libstdc++ (Fedora).";

    /// <summary>Looks at the running system; other systems bring their own libraries.</summary>
    public static IEnumerable<Finding> Look()
    {
        if (OperatingSystem.IsLinux())
        {
            yield return Judge(GlibcVersion(), NewestSymbolVersion());
        }
    }

    /// <summary>Judges what was found; <see langword="null"/> is what was not.</summary>
    public static Finding Judge(string? glibc, string? symbolVersion) => (glibc, symbolVersion) switch
    {
        (null, _) => new Finding("C library", "not glibc (musl?)", Severity.Problem,
            "The native tensor library needs glibc: use a Debian, Ubuntu or Fedora image instead of Alpine."),
        (_, null) => new Finding("C library", $"glibc {glibc}, no libstdc++", Severity.Problem, Fix),
        _ => new Finding("C library", $"glibc {glibc}, libstdc++ with {symbolVersion}"),
    };

    /// <summary>The newest <c>GLIBCXX_…</c> version in a C++ library's bytes; they stand there as plain strings.</summary>
    public static string? NewestSymbolVersion(byte[] library) =>
        SymbolVersion().Matches(Encoding.Latin1.GetString(library)).Select(match => Version.Parse(match.Groups[1].Value)).Max()
            is { } version ? $"GLIBCXX_{version}" : null;

    private static string? NewestSymbolVersion()
    {
        var triplet = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        string[] folders = [$"/usr/lib/{triplet}", $"/lib/{triplet}", "/usr/lib64", "/usr/lib", "/lib"];
        var file = folders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        return file is null ? null : NewestSymbolVersion(File.ReadAllBytes(file));
    }

    private static string? GlibcVersion()
    {
        try
        {
            return Marshal.PtrToStringUTF8(GnuGetLibcVersion());
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static extern nint GnuGetLibcVersion();

    [GeneratedRegex(@"GLIBCXX_(\d+\.\d+(\.\d+)?)\0")]
    private static partial Regex SymbolVersion();
}
