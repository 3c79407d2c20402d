using NUnit.Framework;

namespace Course.Tests.Generation;

/// <summary>
/// Files that belong to others and are not in the repository: a folder named by the environment variable
/// <c>COURSE_SHARED_DATA</c>, or <c>../shared/data</c> beside the checkout. A test that needs one is skipped where it is absent.
/// </summary>
internal static class SharedData
{
    public const string Variable = "COURSE_SHARED_DATA";

    public static string Require(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Path.Combine(Repository.Root, "..", "shared", "data");
        var path = Path.GetFullPath(Path.Combine(folder, name));
        if (!File.Exists(path))
        {
            Assert.Ignore($"'{path}' is not there. Set {Variable} to a folder that holds {name} to run this test.");
        }

        return path;
    }
}
