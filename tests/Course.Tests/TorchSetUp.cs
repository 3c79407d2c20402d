using Course.Runtime;
using NUnit.Framework;

/// <summary>
/// A test may touch TorchSharp before anything of Course, so the native library is loaded first. One thread, because the
/// machine may be busy with the rest of a build, and a tensor library's threads wait for each other in busy loops.
/// </summary>
[SetUpFixture]
public sealed class TorchSetUp
{
    [OneTimeSetUp]
    public void Load()
    {
        TorchRuntime.EnsureLoaded();
        TorchRuntime.Threads = 1;
    }
}
