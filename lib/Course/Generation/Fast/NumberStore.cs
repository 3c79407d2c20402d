using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Course.Generation.Fast;

/// <summary>A piece of a <see cref="NumberStore"/>; it keeps the memory alive and never moves.</summary>
internal readonly struct StoredNumbers(float[] array, int start, int length)
{
    public Span<float> Span => array.AsSpan(start, length);
}

/// <summary>
/// Memory for a model's numbers: large managed arrays that never move, of which each piece begins at a multiple of 64 bytes, so that
/// a 512-bit load touches one cache line and not two.
/// </summary>
/// <remarks>
/// Reading a large model is limited by how fast memory answers, and with pages of 4 KiB a good part of that is looking up where the
/// pages are. Linux gives pages of 2 MiB when asked for them, which makes reading a third faster; elsewhere nothing is asked.
/// </remarks>
internal sealed partial class NumberStore
{
    private const int Alignment = 64 / sizeof(float);
    private const int SmallestArray = 1 << 18;
    private const int LargestArray = 1 << 24;

    private float[] array = [];
    private int used;

    /// <summary>Takes a piece, all zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more numbers than an array can hold.</exception>
    public StoredNumbers Take(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - Alignment);
        if (length > array.Length - used)
        {
            // Each array is twice as large as the last: a small model takes little memory, a large one few arrays.
            var size = (int)Math.Max(length + Alignment, Math.Clamp(2L * array.Length, SmallestArray, LargestArray));
            array = GC.AllocateUninitializedArray<float>(size, pinned: true);
            used = Misplaced(array);
            AskForLargePages(array);
        }

        var piece = new StoredNumbers(array, used, (int)length);
        piece.Span.Clear();
        used += (int)((length + Alignment - 1) / Alignment * Alignment);
        return piece;
    }

    // How many numbers to skip to the first multiple of 64 bytes.
    private static unsafe int Misplaced(float[] array)
    {
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)((64 - (address % 64)) % 64 / sizeof(float));
    }

    private static unsafe void AskForLargePages(float[] array)
    {
        const nuint PageSize = 2 << 20;
        const int HugePage = 14; // MADV_HUGEPAGE
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        var begin = (address + PageSize - 1) / PageSize * PageSize;
        var end = (address + ((nuint)array.Length * sizeof(float))) / PageSize * PageSize;
        if (begin < end)
        {
            _ = Advise((void*)begin, end - begin, HugePage); // a system that does not do it is slower and nothing else
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* address, nuint length, int advice);
}
