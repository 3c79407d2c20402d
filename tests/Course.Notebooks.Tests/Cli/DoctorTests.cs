using Course.Cli.Checks;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Cli;

[TestFixture]
public sealed class DoctorTests
{
    [Test]
    public async Task The_doctor_finds_this_machine_fit_because_the_tests_run_on_it()
    {
        var result = await CommandLine.RunAsync(AppContext.BaseDirectory, "doctor");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        foreach (var subject in (string[])[".NET ", "System", "Cores", "Memory", "Tensors", "Device", ".NET documentation", "Notebook engine", "Jupyter kernels"])
        {
            Assert.That(result.Output, Does.Contain(subject));
        }
        Assert.That(result.Output, Does.Contain("a C# cell ran"));
    }

    [Test]
    public async Task What_is_essential_and_missing_exits_1_with_the_fix()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("a-file");
        await File.WriteAllTextAsync(file, "");
        // A cache below a file can never be made.
        var info = CommandLine.Start(folder.Path, new Dictionary<string, string> { ["COURSE_CACHE"] = Path.Combine(file, "cache") }, "doctor");
        var result = await CommandLine.FinishAsync(info);
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Contain("problem Cache").And.Contain("→").And.Contain("COURSE_CACHE"));
    }

    [TestCase("10.0.401 [/usr/share/dotnet/sdk]\n", Severity.Good, "10.0.401")]
    [TestCase("8.0.100 [/a]\n9.0.300 [/a]\n", Severity.Problem, "only SDK 8.0.100, 9.0.300")]
    [TestCase("", Severity.Problem, "no SDK")]
    public void SDKs_are_judged(string list, object severity, string found)
    {
        var finding = SystemChecks.JudgeSdks(list);
        Assert.That(finding.Severity, Is.EqualTo(severity));
        Assert.That(finding.Found, Does.Contain(found));
        Assert.That(finding.Fix is null, Is.EqualTo(finding.Severity == Severity.Good), "a problem has a fix");
    }

    [Test]
    public void C_libraries_are_judged()
    {
        Assert.That(CLibraries.Judge("2.36", "GLIBCXX_3.4.30").Severity, Is.EqualTo(Severity.Good));
        Assert.That(CLibraries.Judge(null, null).Fix, Does.Contain("glibc"));
        Assert.That(CLibraries.Judge("2.36", null).Fix, Does.Contain("libstdc++6"));
        Assert.That(CLibraries.NewestSymbolVersion("x\0GLIBCXX_3.4\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0y"u8.ToArray()), Is.EqualTo("GLIBCXX_3.4.30"));
        Assert.That(CLibraries.NewestSymbolVersion([1, 2, 3]), Is.Null);
    }
}
