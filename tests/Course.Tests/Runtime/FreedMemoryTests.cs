using System.Globalization;
using System.Runtime.InteropServices;
using Course.Runtime;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Runtime;

/// <summary>Counts the pages that the system had to hand out again, not the time that it took.</summary>
[TestFixture]
public class FreedMemoryTests
{
    private const int Floats = 1_000_000, Tensors = 10, Steps = 12;

    /// <summary>40 MB.</summary>
    private static readonly long PagesOfAStep = (long)Tensors * Floats * sizeof(float) / Environment.SystemPageSize;

    [Test]
    public void What_a_step_frees_the_next_step_gets_without_asking_the_system()
    {
        TorchRuntime.EnsureLoaded();
        if (!FreedMemory.Keep())
        {
            Assert.Ignore("This system's C library has no such thresholds, or they are set from outside (MALLOC_…, GLIBC_TUNABLES).");
        }

        foreach (var threshold in new[] { -1, -3 }) // M_TRIM_THRESHOLD and M_MMAP_THRESHOLD, as the C library begins
        {
            Assert.That(SetOption(threshold, 128 << 10), Is.Not.Zero);
        }

        FreedMemory.Keep();
        Assert.That(PagesHandedOut(), Is.LessThan(2 * PagesOfAStep), "given back, they would be those of twelve steps");
    }

    /// <summary>In twelve steps, after as many in which the memory may grow.</summary>
    private static long PagesHandedOut()
    {
        Run();
        var before = PageFaults();
        Run();
        return PageFaults() - before;

        static void Run()
        {
            for (var i = 0; i < Steps; i++)
            {
                using var scope = TorchRuntime.Scope();
                for (var j = 0; j < Tensors; j++)
                {
                    _ = torch.ones(Floats, device: torch.CPU);
                }
            }
        }
    }

    /// <summary>Minor faults of this process so far: the tenth field of /proc/self/stat, the eighth behind the name in brackets.</summary>
    private static long PageFaults()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
