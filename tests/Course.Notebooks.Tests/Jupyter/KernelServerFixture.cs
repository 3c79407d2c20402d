using System.Collections.Concurrent;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Server;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>A kernel of the scripted language in this process, and a client of it, anew for every test.</summary>
public abstract class KernelServerFixture
{
    private static readonly KernelDescription Description =
        new("scripted", "0.1", "Hello", new LanguageInfo("Scripted", "1", "text/plain", ".txt"));

    private protected ScriptedSession Session { get; private set; } = null!;

    private protected ConnectionInfo Connection { get; private set; } = null!;

    private protected KernelServer Server { get; private set; } = null!;

    private protected Task Serving { get; private set; } = null!;

    private protected ProtocolClient Client { get; private set; } = null!;

    private protected ConcurrentQueue<string> Log { get; } = [];

    [SetUp]
    public void StartKernel()
    {
        Session = new ScriptedSession();
        Connection = ConnectionInfo.CreateLocal();
        Log.Clear();
        Server = new KernelServer(Connection, Description, Starting(Session), Log.Enqueue);
        Serving = Server.RunAsync();
        Client = new ProtocolClient(Connection).Subscribed();
    }

    [TearDown]
    public void EndKernel()
    {
        Client.Dispose();
        Server.Close();
    }

    /// <summary>Waits for a line of the kernel's log.</summary>
    private protected void ExpectLog(string text) =>
        Assert.That(() => string.Join('\n', Log), Does.Contain(text).After((int)Patience.Long.TotalMilliseconds, 20));

    private protected virtual Task<ILanguageSession> Starting(ILanguageSession session) => Task.FromResult(session);
}
