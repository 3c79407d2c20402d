using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>A fresh session and a folder of its own for each test.</summary>
public abstract class SessionFixture
{
    private TemporaryFolder folder = null!;

    protected CSharpSession Session { get; private set; } = null!;

    protected string Folder => folder.Path;

    internal RecordingOutput Output { get; private set; } = null!;

    [SetUp]
    public void OpenSession()
    {
        folder = new TemporaryFolder();
        Output = new RecordingOutput();
        Session = new CSharpSession(Options(new CSharpSessionOptions(folder.Path)));
    }

    [TearDown]
    public async Task CloseSession()
    {
        await Session.DisposeAsync();
        folder.Dispose();
    }

    protected virtual CSharpSessionOptions Options(CSharpSessionOptions options) => options;

    /// <summary>Runs a cell that must succeed, and gives its result as plain text; "" when it has none.</summary>
    protected async Task<string> RunAsync(string code)
    {
        var reply = await Session.ExecuteAsync(code, Output);
        Assert.That(reply.Error, Is.Null, () => string.Join('\n', reply.Error!.Traceback));
        return reply.Result?.Data["text/plain"] ?? "";
    }

    /// <summary>Runs a cell that must fail.</summary>
    protected async Task<KernelError> FailAsync(string code)
    {
        var reply = await Session.ExecuteAsync(code, Output);
        Assert.That(reply.Error, Is.Not.Null, () => $"The cell succeeded with {reply.Result?.Data["text/plain"]}.");
        Assert.That(reply.Result, Is.Null);
        return reply.Error!;
    }

    /// <summary>Writes a file into the notebook's folder.</summary>
    protected string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
