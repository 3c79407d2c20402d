using Course.Notebooks.Jupyter;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>Finding kernels in Jupyter's folders and reading what describes them.</summary>
[TestFixture]
public sealed class KernelSpecTests
{
    private const string Python = """{"argv":["python3","-f","{connection_file}"],"display_name":"Python 3","language":"python"}""";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void The_first_of_a_name_counts_and_damaged_ones_do_not()
    {
        Write("first/kernels/python3", Python);
        Write("second/kernels/Python3", Python.Replace("Python 3", "Another", StringComparison.Ordinal));
        Write("second/kernels/course", """{"argv":["x","{connection_file}"],"display_name":"C# (course)","language":"C#","interrupt_mode":"message"}""");
        Write("second/kernels/broken", "{");
        Directory.CreateDirectory(folder.File("second/kernels/empty"));

        var specs = KernelSpecs.Find([folder.File("first"), folder.File("missing"), folder.File("second")]);

        Assert.That(specs.Select(spec => (spec.Name, spec.DisplayName, spec.Language, spec.InterruptMode)), Is.EqualTo([
            ("python3", "Python 3", "python", InterruptMode.Signal), ("course", "C# (course)", "C#", InterruptMode.Message),
        ]));
        Assert.That(KernelSpecs.Get("PYTHON3", [folder.File("first")]).Folder, Is.EqualTo(folder.File("first/kernels/python3")));
    }

    [Test]
    public void A_missing_kernel_is_answered_with_those_there_are()
    {
        Write("data/kernels/python3", Python);
        Assert.That(() => KernelSpecs.Get("julia", [folder.File("data")]),
            Throws.TypeOf<KernelSpecException>().With.Message.EqualTo("There is no Jupyter kernel 'julia'. Installed: python3 (Python 3)."));
        Assert.That(() => KernelSpecs.Get("julia", [folder.File("none")]),
            Throws.TypeOf<KernelSpecException>().With.Message.Contains("None is installed in").And.Message.Contains("none"));
    }

    [Test]
    public void A_damaged_kernel_asked_for_by_name_says_what_is_wrong()
    {
        Write("data/kernels/broken", "{");
        Assert.That(() => KernelSpecs.Get("broken", [folder.File("data")]),
            Throws.TypeOf<KernelSpecException>().With.Message.Contains("kernel.json is not valid JSON"));
    }

    [Test]
    public void The_environment_is_read()
    {
        var spec = KernelSpec.Parse(Python.Insert(1, """ "env":{"PATH":"/x:${PATH}"}, "metadata":{"debugger":true}, """), "/k/python3", "kernel.json");
        Assert.That(spec.Environment, Is.EqualTo(new Dictionary<string, string> { ["PATH"] = "/x:${PATH}" }));
        Assert.That(spec.Arguments, Is.EqualTo(["python3", "-f", "{connection_file}"]));
    }

    [TestCase("[]", "no JSON object")]
    [TestCase("""{"display_name":"no argv"}""", "'argv'")]
    [TestCase("""{"argv":[]}""", "'argv'")]
    [TestCase("""{"argv":["", "{connection_file}"]}""", "'argv'")]
    [TestCase("""{"argv":"x {connection_file}"}""", "'argv'")]
    [TestCase("""{"argv":["x",7,"{connection_file}"]}""", "'argv'")]
    [TestCase("""{"argv":["x"]}""", "{connection_file}")]
    [TestCase("""{"argv":["x","{connection_file}\u0000"]}""", "'argv'")]
    [TestCase("""{"argv":["x","{connection_file}"],"env":[]}""", "'env'")]
    [TestCase("""{"argv":["x","{connection_file}"],"env":{"A=B":"c"}}""", "'env'")]
    [TestCase("""{"argv":["x","{connection_file}"],"env":{"A":1}}""", "'env'")]
    [TestCase("""{"argv":["x","{connection_file}"],"display_name":7}""", "'display_name'")]
    [TestCase("""{"argv":["x","{connection_file}"],"interrupt_mode":"shout"}""", "'shout'")]
    [TestCase("""{"argv":["x","{connection_file}"],"argv":[]}""", "not valid JSON")]
    public void What_makes_no_sense_is_refused_with_the_member(string json, string message) =>
        Assert.That(() => KernelSpec.Parse(json, "/k/name", "the-file"),
            Throws.TypeOf<KernelSpecException>().With.Message.Contains(message).And.Message.Contains("the-file"));

    [Test]
    public void A_huge_description_is_refused_before_it_is_read()
    {
        Write("huge", new string(' ', 1_000_001));
        Assert.That(() => KernelSpec.Read(folder.File("huge")), Throws.TypeOf<KernelSpecException>().With.Message.Contains("1000001 bytes"));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool Any_text_is_a_description_or_refused(string? text)
    {
        try
        {
            return KernelSpec.Parse(text ?? "", "/k/name", "file").Arguments.Count > 0;
        }
        catch (KernelSpecException)
        {
            return true;
        }
    }

    [Test]
    public void Jupyters_variables_decide_where_to_look()
    {
        Assume.That(OperatingSystem.IsLinux(), "the user's folder has another name elsewhere");
        var variables = new Dictionary<string, string>
        {
            ["JUPYTER_PATH"] = "/a:/b",
            ["XDG_DATA_HOME"] = "/data",
            ["VIRTUAL_ENV"] = "/venv",
        };
        string[] system = ["/usr/local/share/jupyter", "/usr/share/jupyter"];
        Assert.That(Folders(), Is.EqualTo(["/a", "/b", "/venv/share/jupyter", "/data/jupyter", .. system]));

        variables["JUPYTER_PREFER_ENV_PATH"] = "0";
        variables["JUPYTER_DATA_DIR"] = "/own";
        Assert.That(Folders(), Is.EqualTo(["/a", "/b", "/own", "/venv/share/jupyter", .. system]));

        variables.Clear();
        Directory.CreateDirectory(folder.File("prefix/bin"));
        File.WriteAllText(folder.File("prefix/bin/jupyter"), "");
        variables["PATH"] = $"relative:{folder.File("prefix/bin")}";
        Assert.That(Folders().Skip(1), Is.EqualTo([folder.File("prefix/share/jupyter"), .. system]));

        IReadOnlyList<string> Folders() => JupyterPaths.DataFolders(variables.GetValueOrDefault);
    }

    private void Write(string name, string json)
    {
        Directory.CreateDirectory(folder.File(name));
        File.WriteAllText(Path.Combine(folder.File(name), KernelSpec.FileName), json);
    }
}
