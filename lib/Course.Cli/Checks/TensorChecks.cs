using System.Globalization;
using Course.Runtime;

namespace Course.Cli.Checks;

/// <summary>The native tensor library and the device.</summary>
internal static class TensorChecks
{
    public static Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Look());

    private static IReadOnlyList<Finding> Look() => TorchRuntime.TryLoad(out var problem)
        ? [new Finding("Tensors", string.Create(CultureInfo.InvariantCulture,
            $"libtorch loads ({TorchRuntime.Backend} build, {TorchRuntime.Threads} threads) from {TorchRuntime.LoadedFrom}")), Device()]
        : [new Finding("Tensors", "the native library does not load", Severity.Problem, problem)];

    private static Finding Device()
    {
        try
        {
            return new Finding("Device", Devices.Default.ToString());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return new Finding("Device", $"{Devices.Variable} cannot be used", Severity.Problem, e.Message);
        }
    }
}
