using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace Course.Runtime;

/// <summary>
/// Loads libtorch and TorchSharp's native half by absolute path, in dependency order, before TorchSharp looks for them. A
/// library that is in memory already satisfies every later request for its name, so this also serves hosts that load
/// Course.dll by path and look into no <c>runtimes</c> folder (<c>#r "…/Course.dll"</c> in a notebook).
/// </summary>
internal static class NativeLibraries
{
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private static readonly string[] HarmlessSymbols = ["_ZSt21ios_base_library_initv"];
    private static readonly Lock Gate = new();
    private static nint torchSharp;

    /// <summary>The folders that were searched, in order.</summary>
    public static IReadOnlyList<string> SearchedDirectories { get; private set; } = [];

    /// <summary>The file that was loaded as TorchSharp's native half; a patched private copy on older systems.</summary>
    public static string? LoadedFrom { get; private set; }

    private static string Binding => OperatingSystem.IsWindows() ? "LibTorchSharp.dll"
        : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    /// <summary>Dependencies first. What a platform or a backend does not have is left out.</summary>
    private static string[] Dependencies => OperatingSystem.IsWindows()
        ? ["libiomp5md.dll", "asmjit.dll", "fbgemm.dll", "c10.dll", "torch_cpu.dll", "c10_cuda.dll", "torch_cuda.dll", "torch.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libomp.dylib", "libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
            : ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    /// <summary>Answers TorchSharp's own requests whenever they come: nothing is loaded until it asks.</summary>
#pragma warning disable CA2255 // A library may not know when it is first used; that is what this initializer is for.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        var context = AssemblyLoadContext.GetLoadContext(typeof(NativeLibraries).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
        if (context != AssemblyLoadContext.Default)
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>Loads everything once. Later calls return at once.</summary>
    /// <exception cref="DllNotFoundException">A library is missing or does not load; the message says why and what to do.</exception>
    public static nint Load()
    {
        lock (Gate)
        {
            if (torchSharp == 0)
            {
                torchSharp = LoadOnce();
            }

            return torchSharp;
        }
    }

    private static nint Resolve(System.Reflection.Assembly requester, string name) =>
        requester.GetName().Name == "TorchSharp" && Path.GetFileNameWithoutExtension(name).EndsWith("LibTorchSharp", StringComparison.Ordinal)
            ? Load()
            : 0;

    private static nint LoadOnce()
    {
        FreedMemory.Keep();
        SearchedDirectories = CandidateDirectories().ToList();
        foreach (var dependency in Dependencies)
        {
            if (Find(dependency) is { } file)
            {
                LoadFile(file);
            }
        }

        var binding = Find(Binding) ?? throw Failure($"'{Binding}' was not found", null);
        LoadedFrom = binding;
        try
        {
            return NativeLibrary.Load(binding);
        }
        catch (DllNotFoundException e) when (OperatingSystem.IsLinux() && e.Message.Contains(MissingVersion))
        {
            LoadedFrom = PatchedCopy(binding);
            return LoadFile(LoadedFrom);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Failure(e.Message, e);
        }
    }

    private static nint LoadFile(string file)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Failure(e.Message, e);
        }
    }

    private static IEnumerable<string> CandidateDirectories()
    {
        if (Environment.GetEnvironmentVariable("COURSE_NATIVE_DIRECTORY") is { Length: > 0 } chosen)
        {
            yield return Path.GetFullPath(chosen);
        }

        foreach (var directory in BuildLocations.Current.NativeDirectories)
        {
            yield return directory;
        }

        var beside = BuildLocations.AssemblyDirectory;
        yield return Path.Combine(beside, "runtimes", PortableRid, "native");
        yield return beside;
    }

    private static string PortableRid =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string? Find(string name) =>
        SearchedDirectories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Keeps the patched copy in the user's cache, under a name made of its content, so that it is written once. What lies
    /// there is used only if it has exactly the expected bytes.
    /// </summary>
    private static string PatchedCopy(string original)
    {
        byte[] patched;
        try
        {
            patched = ElfVersionPatch.MakeOptional(File.ReadAllBytes(original), MissingVersion, HarmlessSymbols);
        }
        catch (InvalidDataException e)
        {
            throw Failure($"this system's libstdc++ is older than {MissingVersion}, and '{original}' could not be adapted: {e.Message}", e);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(patched));
        var directory = Path.Combine(CourseFolders.Cache, "native", hash[..16]);
        var copy = Path.Combine(directory, Path.GetFileName(original));
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(patched))
        {
            return copy;
        }

        try
        {
            Directory.CreateDirectory(directory);
            var temporary = Path.Combine(directory, Path.GetRandomFileName());
            File.WriteAllBytes(temporary, patched);
            File.Move(temporary, copy, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure($"the adapted copy of the library could not be written to '{directory}': {e.Message} Set "
                + $"{CourseFolders.CacheVariable} to a folder that can be written", e);
        }

        return copy;
    }

    private static DllNotFoundException Failure(string reason, Exception? inner) => new(
        $"""
        The native tensor library does not load: {reason.TrimEnd('.')}.
        Searched: {string.Join(", ", SearchedDirectories)}
        What to do: run 'dotnet build Course.sln -c Release', which restores it (linux-x64, osx-arm64, win-x64 and win-arm64 have a
        package; on Windows the Visual C++ runtime must be installed), or set COURSE_NATIVE_DIRECTORY to a folder that holds
        libtorch {BuildLocations.Current.TorchBackend} and {Binding}. 'dotnet run --project lib/Course.Cli -c Release -- doctor' looks closer.
        """,
        inner);
}
