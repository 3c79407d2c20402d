using Course.Notebooks.Jupyter.Transport;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

[TestFixture]
public sealed class ConnectionInfoTests
{
    private const string Good =
        """{"transport":"tcp","ip":"127.0.0.1","shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5,"key":"k","signature_scheme":"hmac-sha256","jupyter_session":"x.ipynb"}""";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void A_connection_file_reads_back_as_it_was_and_only_its_user_can_read_it()
    {
        var info = ConnectionInfo.CreateLocal() with { KernelName = "course" };
        info.Write(folder.File("c.json"));
        Assert.That(ConnectionInfo.Read(folder.File("c.json")), Is.EqualTo(info));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(folder.File("c.json")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public void Two_connections_share_neither_ports_nor_key()
    {
        var (one, two) = (ConnectionInfo.CreateLocal(), ConnectionInfo.CreateLocal());
        Assert.That(new[] { one.ShellPort, one.IopubPort, one.StdinPort, one.ControlPort, one.HbPort }, Is.Unique);
        Assert.That(one.Key, Is.Not.EqualTo(two.Key).And.Length.EqualTo(64));
    }

    [Test]
    public void What_Jupyter_writes_is_read_also_with_members_of_later_versions() =>
        Assert.That(Read(Good).Address(5), Is.EqualTo("tcp://127.0.0.1:5"));

    [TestCase("127.0.0.1", "localhost", "tcp://127.0.0.1:5")]
    [TestCase("127.0.0.1", "::1", "tcp://[::1]:5")]
    public void Every_loopback_address_is_accepted(string old, string ip, string address) =>
        Assert.That(Read(Good.Replace(old, ip)).Address(5), Is.EqualTo(address));

    [TestCase("127.0.0.1", "0.0.0.0", "other machines")]
    [TestCase("127.0.0.1", "*", "other machines")]
    [TestCase("127.0.0.1", "192.168.1.2", "other machines")]
    [TestCase("\"tcp\"", "\"ipc\"", "transport")]
    [TestCase("\"k\"", "\"\"", "key")]
    [TestCase("hmac-sha256", "hmac-md5", "scheme")]
    [TestCase("\"hb_port\":5", "\"hb_port\":4", "ports")]
    [TestCase("\"hb_port\":5", "\"hb_port\":0", "ports")]
    [TestCase("\"hb_port\":5", "\"hb_port\":65536", "ports")]
    [TestCase("\"hb_port\":5", "\"hb_port\":\"a\"", "no connection file")]
    [TestCase("\"hb_port\":5,", "", "no connection file")]
    [TestCase("{", "", "no connection file")]
    public void What_is_unsafe_or_makes_no_sense_is_refused_with_the_reason(string old, string changed, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(Good.Replace(old, changed)))!;
        Assert.That(error.Message, Does.Contain(reason).And.Contain(folder.File("c.json")));
    }

    [Test]
    public void A_huge_file_is_not_read() => Assert.Throws<InvalidDataException>(() => Read(new string(' ', 100_000)));

    private ConnectionInfo Read(string json)
    {
        File.WriteAllText(folder.File("c.json"), json);
        return ConnectionInfo.Read(folder.File("c.json"));
    }
}
