using System.Globalization;
using TorchSharp;

namespace Course.Runtime;

/// <summary>Chooses the device tensors live on: once, at the top of a program.</summary>
public static class Devices
{
    /// <summary>The environment variable that overrides the default: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public const string Variable = "COURSE_DEVICE";

    /// <summary>CUDA when it is there, otherwise the CPU; <c>COURSE_DEVICE</c> overrides.</summary>
    /// <exception cref="ArgumentException">The variable names no device.</exception>
    /// <exception cref="InvalidOperationException">The variable asks for CUDA and there is none.</exception>
    public static torch.Device Default =>
        Parse(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? chosen : "auto");

    /// <summary>Whether a CUDA device can be used.</summary>
    public static bool HasCuda
    {
        get
        {
            TorchRuntime.EnsureLoaded();
            return torch.cuda.is_available();
        }
    }

    /// <summary>Turns a name into a device.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    /// <exception cref="InvalidOperationException">CUDA is asked for and there is none, or not as many devices.</exception>
    public static torch.Device Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = name.Trim().ToLowerInvariant();
        if (wanted == "auto")
        {
            return HasCuda ? torch.device("cuda:0") : torch.CPU;
        }

        if (wanted == "cpu")
        {
            TorchRuntime.EnsureLoaded();
            return torch.CPU;
        }

        var number = wanted.Split(':') switch
        {
            ["cuda"] => 0,
            ["cuda", var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => n,
            _ => throw new ArgumentException($"'{name}' is no device. Use auto, cpu, cuda or cuda:N.", nameof(name)),
        };
        if (!HasCuda)
        {
            throw new InvalidOperationException(
                $"'{name}' was asked for, but no CUDA device is usable. Build with -p:TorchBackend=cuda-linux or cuda-windows on a "
                + "machine with an NVIDIA driver, or use cpu.");
        }

        var count = torch.cuda.device_count();
        return number < count
            ? torch.device($"cuda:{number}")
            : throw new InvalidOperationException($"'{name}' was asked for, but there are {count} CUDA devices (0 to {count - 1}).");
    }
}
