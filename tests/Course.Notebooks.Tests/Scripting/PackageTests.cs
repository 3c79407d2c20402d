using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class PackageTests : SessionFixture
{
    private PackageFeed feed = null!;

    [SetUp]
    public void MakePackages()
    {
        feed = new PackageFeed(Folder);
        feed.Add("Below", "1.0.0", "public class Below { public static string Version => \"1.0.0\"; }");
        feed.Add("Below", "1.5.0", "public class Below { public static string Version => \"1.5.0\"; }");
        feed.Add("Above", "2.0.0", "public class Above { public static string Version => \"2.0.0 on \" + Below.Version; }", ("Below", "1.0.0"));
        feed.Add("Below", "2.0.0", "public class Below { public static string Version => \"2.0.0\"; }");
        feed.Add("Next", "1.0.0", "public class Next { public static string Version => Below.Version; }", ("Below", "2.0.0"));
    }

    [Test]
    public async Task A_package_brings_its_dependencies_and_stays()
    {
        Assert.That(await RunAsync("#r \"nuget: Above, 2.0.0\"\nAbove.Version"), Is.EqualTo("2.0.0 on 1.0.0"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "Installed packages: Above 2.0.0") }));
        Assert.That(Directory.Exists(Path.Combine(feed.Cache, "above", "2.0.0")), "The NuGet configuration of the notebook's folder applies.");

        // What is there is not restored again: the feed could be gone.
        Directory.Delete(feed.Source, recursive: true);
        await RunAsync("#r \"nuget: Above, 2.0.0\"\n#r \"nuget:above\"\nAbove.Version + Below.Version");
        Assert.That(Output.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Versions_in_one_cell_are_settled_together()
    {
        Assert.That(await RunAsync("#r \"nuget:Above,2.0.0\"\n#r \"nuget:Below,1.5.0\"\nAbove.Version"), Is.EqualTo("2.0.0 on 1.5.0"));
        Assert.That(Output.Events, Is.EqualTo(new[] { ("display", "Installed packages: Above 2.0.0, Below 1.5.0") }));
    }

    [TestCase("Below", "2.0.0")]
    [TestCase("Below,1.*", "1.5.0")]
    [TestCase("Below, [1.0,1.2)", "1.0.0")]
    [TestCase("Below,*-*", "2.0.0")]
    public async Task Patterns_and_ranges_choose_a_version(string package, string version) =>
        Assert.That(await RunAsync($"#r \"nuget:{package}\"\nBelow.Version"), Is.EqualTo(version));

    [Test]
    public async Task A_version_in_the_cache_needs_no_source()
    {
        await RunAsync("#r \"nuget:Below,1.0.0\"");
        Directory.Delete(feed.Source, recursive: true);
        Directory.CreateDirectory(feed.Source);
        await using var session = new Notebooks.Scripting.CSharpSession(new(Folder));
        var reply = await session.ExecuteAsync("#r \"nuget:Below,1.0.0\"\nBelow.Version", Output);
        Assert.That(reply.Error, Is.Null);
        Assert.That(reply.Result!.Data["text/plain"], Is.EqualTo("1.0.0"));
    }

    [Test]
    public async Task A_source_can_be_added()
    {
        feed.Add("Extra", "1.0.0", "public class Extra { public static int V => 9; }", folder: Path.Combine(Folder, "more"));
        var missing = await FailAsync("#r \"nuget:Extra,1.0.0\"");
        Assert.That(missing.Value, Does.Contain("NU1101: Unable to find package Extra"));
        Assert.That(await RunAsync("#i \"nuget:more\"\n#r \"nuget:Extra,1.0.0\"\nExtra.V"), Is.EqualTo("9"));
    }

    [TestCase("#r \"nuget:Missing,1.0.0\"", "NU1101: Unable to find package Missing")]
    [TestCase("#r \"nuget:Below,7.0.0\"", "NU1102: Unable to find package Below with version (>= 7.0.0)")]
    [TestCase("#r \"nuget:Next,1.0.0\"\n#r \"nuget:Below,1.0.0\"", "NU1605")]
    public async Task What_nuget_refuses_is_an_error_that_says_why(string directives, string message)
    {
        var error = await FailAsync($"// packages\n{directives}\nConsole.Write(1);");
        Assert.That(error.Value, Does.StartWith("cell line 2: ").And.Contains(message));
        Assert.That(error.Value, Does.Not.Contain("notebook-packages-"), "The project made for the purpose is no business of the reader's.");
        Assert.That(Output.Events, Is.Empty);
        Assert.That(await RunAsync("#r \"nuget:Below,1.0.0\"\nBelow.Version"), Is.EqualTo("1.0.0"));
    }

    [Test]
    public async Task A_conflict_with_what_is_loaded_asks_for_a_restart()
    {
        await RunAsync("#r \"nuget:Below,1.0.0\"\nBelow.Version");
        Assert.That((await FailAsync("#r \"nuget:Below,2.0.0\"")).Value, Does.Contain("Below 1.0.0 is already in use").And.Contain("Restart"));
        Assert.That((await FailAsync("#r \"nuget:Next,1.0.0\"")).Value, Does.Contain("Below"));
        Assert.That(await RunAsync("Below.Version"), Is.EqualTo("1.0.0"));
    }

    [Test]
    public async Task A_native_library_of_a_package_is_found()
    {
        // Any native library will do; the runtime's own is on every machine.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var library = Directory.GetFiles(runtime, "*System.Native.*").Concat(Directory.GetFiles(runtime, "*System.IO.Compression.Native.*"))
            .First(file => Path.GetExtension(file) is ".so" or ".dll" or ".dylib");
        var renamed = Path.Combine(Folder, "libtestnative" + Path.GetExtension(library));
        File.Copy(library, renamed);
        feed.Add("Native", "1.0.0", """
            public class Native
            {
                public static bool Loads() => System.Runtime.InteropServices.NativeLibrary.TryLoad("testnative", typeof(Native).Assembly, null, out _);
            }
            """, native: renamed);
        Assert.That(await RunAsync("#r \"nuget:Native,1.0.0\"\nNative.Loads()"), Is.EqualTo("True"));
    }

    [TestCase("#r \"nuget:\"", "is no package name")]
    [TestCase("#r \"nuget:A<B\"", "is no package name")]
    [TestCase("#r \"nuget:../A\"", "is no package name")]
    [TestCase("#r \"nuget:A,\"", "is no package version")]
    [TestCase("#r \"nuget:A,$(Evil)\"", "is no package version")]
    [TestCase("#r \"nuget:A,1.0\"\n#r \"nuget:A,2.0\"", "A 1.0 is already asked for above")]
    public async Task Text_that_names_no_package_is_refused_without_a_restore(string directives, string message) =>
        Assert.That((await FailAsync(directives)).Value, Does.Contain(message));

    [Test]
    public async Task A_restore_can_be_interrupted()
    {
        using var interrupt = new CancellationTokenSource(100);
        var reply = await Session.ExecuteAsync("#r \"nuget:Below,1.0.0\"\nBelow.Version", Output, interrupt.Token);
        Assert.That(reply.Error!.Value, Does.Contain("interrupted"));
        Assert.That(await RunAsync("1"), Is.EqualTo("1"));
    }
}
