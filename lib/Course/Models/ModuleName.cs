using Course.Runtime;

namespace Course.Models;

/// <summary>For constructors: the base class makes a native module, so the native library must be loaded before it runs.</summary>
internal static class ModuleName
{
    public static string Loaded(string name)
    {
        TorchRuntime.EnsureLoaded();
        return name;
    }
}
