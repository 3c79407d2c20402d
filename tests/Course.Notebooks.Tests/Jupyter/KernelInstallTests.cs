using System.Text.Json.Nodes;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Tests.Cli;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary><c>course kernel install</c>, <c>list</c> and <c>uninstall</c>, in folders of the test's own.</summary>
[TestFixture]
public sealed class KernelInstallTests
{
    private TemporaryFolder folder = null!;

    private string Data => folder.File("data");

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task The_kernel_is_installed_listed_and_removed_again()
    {
        var installed = await CourseAsync("kernel", "install");
        Assert.That(installed.ExitCode, Is.Zero, installed.Error);
        var kernel = Path.Combine(Data, "kernels", "course-csharp");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(kernel, "kernel.json")))!;
        Assert.That((string?)json["language"], Is.EqualTo("C#"));
        Assert.That((string?)json["interrupt_mode"], Is.EqualTo("message"));
        var arguments = json["argv"]!.AsArray().Select(argument => (string)argument!).ToArray();
        Assert.That(arguments[^4..], Is.EqualTo(["kernel", "start", "--connection-file", "{connection_file}"]));
        Assert.That(arguments[..2], Has.All.Matches<string>(path => File.Exists(path) && Path.IsPathFullyQualified(path)));
        Assert.That(Directory.Exists((string)json["env"]!["DOTNET_ROOT"]!));
        foreach (var (logo, size) in (ValueTuple<string, int>[])[("logo-32x32.png", 32), ("logo-64x64.png", 64)])
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(kernel, logo));
            Assert.That(bytes[1..4], Is.EqualTo("PNG"u8.ToArray()));
            Assert.That((bytes[19], bytes[23]), Is.EqualTo(((byte)size, (byte)size)), "width and height of the IHDR chunk");
        }
        Assert.That(File.Exists(Path.Combine(kernel, "logo-svg.svg")));

        Assert.That((await CourseAsync("kernel", "install")).ExitCode, Is.Zero, "installing again replaces");
        Assert.That((await CourseAsync("kernel", "list")).Output, Does.Contain("course-csharp").And.Contain("the course's, ok"));
        Assert.That((await CourseAsync("kernel", "uninstall")).ExitCode, Is.Zero);
        Assert.That(Directory.Exists(kernel), Is.False);
        Assert.That((await CourseAsync("kernel", "uninstall")).ExitCode, Is.EqualTo(1));
        Assert.That((await CourseAsync("kernel", "list")).Output, Does.Not.Contain("course-csharp"));
    }

    [Test]
    public async Task A_kernel_whose_program_is_gone_is_listed_as_such()
    {
        Foreign(".net-csharp", "/gone/dotnet-interactive");
        var list = (await CourseAsync("kernel", "list")).Output;
        Assert.That(list, Does.Contain("another program's, cannot be started, /gone/dotnet-interactive is gone"));
    }

    [Test]
    public async Task A_foreign_kernel_is_neither_replaced_nor_hidden_nor_removed()
    {
        var file = Foreign(".net-csharp", "/somewhere/dotnet-interactive");
        var before = await File.ReadAllTextAsync(file);
        foreach (var arguments in (string[][])[["install", "--as", ".net-csharp"], ["install", "--as", ".net-csharp", "--prefix", folder.File("env")], ["uninstall", "--as", ".net-csharp"]])
        {
            var result = await CourseAsync(["kernel", .. arguments]);
            Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
            Assert.That(result.Error, Does.Contain("another program").And.Contain(Path.GetDirectoryName(file)));
        }
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(before));
        Assert.That(Directory.Exists(folder.File("env")), Is.False);
    }

    [Test]
    public async Task Below_a_prefix_and_under_another_name()
    {
        var prefix = folder.File("env");
        Assert.That((await CourseAsync("kernel", "install", "--prefix", prefix, "--as", ".net-csharp")).ExitCode, Is.Zero);
        Assert.That(KernelSpec.Read(Path.Combine(prefix, "share", "jupyter", "kernels", ".net-csharp")).InterruptMode, Is.EqualTo(InterruptMode.Message));
        Assert.That(Directory.Exists(Data), Is.False);
    }

    [TestCase("../evil")]
    [TestCase("A")]
    [TestCase("a b")]
    [TestCase("..")]
    public void A_name_that_Jupyter_would_not_find_is_refused(string name)
    {
        var spec = new KernelSpec(name, "", "x", "x", ["x", "{connection_file}"]);
        Assert.Throws<ArgumentException>(() => new KernelInstaller("test").Install(spec, Data, new Dictionary<string, byte[]>(), []));
        Assert.That(Directory.Exists(Data), Is.False);
    }

    [TestCase("kernel", "install", "--user", "--prefix", "x")]
    [TestCase("kernel", "install", "--nonsense")]
    [TestCase("kernel", "start")]
    public async Task Arguments_that_make_no_sense_are_refused(params string[] arguments) =>
        Assert.That((await CourseAsync(arguments)).ExitCode, Is.EqualTo(2));

    private string Foreign(string name, string program)
    {
        var kernel = Directory.CreateDirectory(Path.Combine(Data, "kernels", name)).FullName;
        var file = Path.Combine(kernel, "kernel.json");
        File.WriteAllText(file, $$$"""{"argv":["{{{program}}}","{connection_file}"],"display_name":".NET (C#)","language":"C#","metadata":{"course": {} } }""");
        return file;
    }

    private async Task<CommandLine.Result> CourseAsync(params string[] arguments)
    {
        using var process = CommandLine.Start(
            folder.Path, new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = Data, ["JUPYTER_PATH"] = "" }, arguments);
        return await CommandLine.FinishAsync(process);
    }
}
