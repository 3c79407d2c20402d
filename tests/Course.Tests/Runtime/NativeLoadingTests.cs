using System.Reflection;
using System.Runtime.Loader;
using Course.Runtime;
using NUnit.Framework;

namespace Course.Tests.Runtime;

[TestFixture]
public class NativeLoadingTests
{
    [Test]
    public void Nothing_native_is_copied_into_the_output_folder()
    {
        var natives = Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".so" or ".dylib" || new FileInfo(f).Length > 50_000_000);
        Assert.That(natives, Is.Empty, "half a gigabyte per output folder is what Native.targets avoids");
    }

    /// <summary>A notebook's <c>#r "…/Course.dll"</c> loads it by path into a context of its own that knows no runtimes folder.</summary>
    [Test]
    public void Course_loaded_by_path_into_a_foreign_context_finds_the_native_library()
    {
        var folder = Path.GetDirectoryName(typeof(TorchRuntime).Assembly.Location)!;
        var context = new AssemblyLoadContext("notebook", isCollectible: false);
        context.Resolving += (_, name) =>
            File.Exists(Path.Combine(folder, name.Name + ".dll")) ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
        var course = context.LoadFromAssemblyPath(Path.Combine(folder, "Course.dll"));
        Assert.That(course, Is.Not.SameAs(typeof(TorchRuntime).Assembly));

        var arguments = new object?[] { null };
        var loaded = (bool)course.GetType("Course.Runtime.TorchRuntime")!
            .GetMethod("TryLoad", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, arguments)!;
        Assert.That(loaded, Is.True, arguments[0]?.ToString());
    }

    [Test]
    public void A_folder_without_the_library_gives_one_clear_message()
    {
        var problem = ComplaintOfALonelyCopy();
        Assert.That(problem, Does.Contain("dotnet build Course.sln -c Release"));
        Assert.That(problem, Does.Contain("COURSE_NATIVE_DIRECTORY"));
    }

    /// <summary>Loads a copy of Course.dll that has no locations file, in a context of its own, and returns its complaint.</summary>
    private static string ComplaintOfALonelyCopy()
    {
        var folder = Path.GetDirectoryName(typeof(TorchRuntime).Assembly.Location)!;
        var lonely = Directory.CreateTempSubdirectory("course-lonely-").FullName;
        try
        {
            var copy = Path.Combine(lonely, "Course.dll");
            File.Copy(Path.Combine(folder, "Course.dll"), copy);
            var context = new AssemblyLoadContext("lonely", isCollectible: false);
            context.Resolving += (_, name) =>
                File.Exists(Path.Combine(folder, name.Name + ".dll")) ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")) : null;
            var load = context.LoadFromAssemblyPath(copy).GetType("Course.Runtime.TorchRuntime")!.GetMethod("EnsureLoaded")!;
            var thrown = Assert.Throws<TargetInvocationException>(() => load.Invoke(null, null));
            return ((DllNotFoundException)thrown!.InnerException!).Message;
        }
        finally
        {
            Directory.Delete(lonely, recursive: true);
        }
    }
}
