using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace Course.Runtime;

/// <summary>The one place for the native library, seeds, thread count and memory scopes.</summary>
public static class TorchRuntime
{
    /// <summary>Loads the native tensor library if that has not happened yet (about a second, once a process).</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says why and what to do.</exception>
    public static void EnsureLoaded() => NativeLibraries.Load();

    /// <summary>Loads the native library and says what went wrong instead of throwing.</summary>
    /// <param name="problem">Why it does not load and what to do, or <see langword="null"/>.</param>
    /// <returns>Whether tensors can be used.</returns>
    public static bool TryLoad([NotNullWhen(false)] out string? problem)
    {
        try
        {
            EnsureLoaded();
            using var two = torch.ones(2, device: torch.CPU);
            using var sum = two.sum();
            problem = sum.item<float>() == 2 ? null : "The native tensor library loads but computes 1 + 1 wrongly.";
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or NotSupportedException or InvalidDataException)
        {
            problem = e.Message;
        }

        return problem is null;
    }

    /// <summary>The file the native half of TorchSharp was loaded from, or <see langword="null"/> before it was loaded.</summary>
    public static string? LoadedFrom => NativeLibraries.LoadedFrom;

    /// <summary>The backend this build was made for: <c>cpu</c>, <c>cuda-linux</c> or <c>cuda-windows</c>.</summary>
    public static string Backend => BuildLocations.Current.TorchBackend;

    /// <summary>Seeds every random source of the tensor library: initialisation, dropout and sampling on all devices.</summary>
    /// <param name="seed">The same seed on the same machine gives the same numbers.</param>
    public static void Seed(long seed)
    {
        EnsureLoaded();
        torch.random.manual_seed(seed).Dispose();
    }

    /// <summary>How many threads one tensor operation uses on the CPU; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static int Threads
    {
        get
        {
            EnsureLoaded();
            return torch.get_num_threads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            EnsureLoaded();
            torch.set_num_threads(value);
        }
    }

    /// <summary>
    /// Opens a memory scope: every tensor made inside is freed when it is disposed, except those moved out with
    /// <c>MoveToOuterDisposeScope()</c> or detached. Native memory is invisible to the garbage collector, so every loop needs one.
    /// </summary>
    public static DisposeScope Scope()
    {
        EnsureLoaded();
        return torch.NewDisposeScope();
    }

    /// <summary>How many native tensors are alive in this process. A loop that keeps this number flat leaks nothing.</summary>
    public static long LiveTensors
    {
        get
        {
            EnsureLoaded();
            return torch.Tensor.TotalCount;
        }
    }
}
