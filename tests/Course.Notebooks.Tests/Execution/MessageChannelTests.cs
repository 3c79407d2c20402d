using System.Buffers.Binary;
using System.IO.Pipes;
using System.Text;
using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

[TestFixture]
public sealed class MessageChannelTests
{
    private static readonly MessageContent[] OneOfEach =
    [
        new KernelInfoRequest(),
        new KernelInfoReply("course", "5.4"),
        new ExecuteRequest("1 + 1 // \u2028 \U0001F642"),
        new ExecuteReply("ok", 3),
        new StreamText("stderr", "\u0000\r\n\"\\"),
        new ClearOutput(true),
        new InterruptRequest(),
        new InterruptReply("ok"),
        new ShutdownRequest(false),
    ];

    [TestCaseSource(nameof(OneOfEach))]
    public void A_message_reads_back_as_it_was(object content)
    {
        var message = KernelMessage.Create((MessageContent)content, "parent");
        Assert.That(KernelMessage.FromBytes(message.ToBytes()), Is.EqualTo(message));
    }

    [Test]
    public void Bundles_and_errors_read_back_as_they_were()
    {
        var bundle = new MimeBundle(new Dictionary<string, string>
        {
            ["text/plain"] = "ü",
            ["application/json"] = """{"a":[1,2.50]}""",
        });
        var display = (DisplayData)Again(new DisplayData(bundle, new Transient("id"))).Content;
        Assert.That(display.Data.Data, Is.EqualTo(bundle.Data));
        Assert.That(display.Transient.DisplayId, Is.EqualTo("id"));

        var error = (ErrorReport)Again(new ErrorReport("E", "v", ["a", "b"], 7)).Content;
        Assert.That((error.Ename, error.Evalue, error.Line), Is.EqualTo(("E", "v", (int?)7)));
        Assert.That(error.Traceback, Is.EqualTo(["a", "b"]));
    }

    [Test]
    public void The_wire_form_is_the_Jupyter_protocols()
    {
        var bundle = new MimeBundle("application/json", """{"a":1}""");
        var json = System.Text.Json.Nodes.JsonNode.Parse(
            new KernelMessage("m", "p", new UpdateDisplayData(bundle, new Transient("d"))).ToBytes())!;
        Assert.That(json.ToJsonString(), Is.EqualTo(
            """{"header":{"msg_id":"m","msg_type":"update_display_data"},"parent_header":{"msg_id":"p"},"content":{"data":{"application/json":{"a":1}},"transient":{"display_id":"d"}}}"""));
    }

    [Test]
    public void Messages_of_an_unknown_type_are_passed_over() =>
        Assert.That(KernelMessage.FromBytes("""{"header":{"msg_id":"m","msg_type":"comm_open"},"content":{}}"""u8), Is.Null);

    [TestCase("")]
    [TestCase("7")]
    [TestCase("{}")]
    [TestCase("""{"header":{"msg_id":"m"}}""")]
    [TestCase("""{"header":{"msg_id":"m","msg_type":"stream"}}""")]
    [TestCase("""{"header":{"msg_id":"m","msg_type":"stream"},"content":{"name":[]}}""")]
    [TestCase("""{"header":{"msg_id":7,"msg_type":"stream"},"content":{"name":"stdout","text":""}}""")]
    public void Malformed_messages_are_refused(string json) =>
        Assert.That(() => KernelMessage.FromBytes(Encoding.UTF8.GetBytes(json)), Throws.TypeOf<InvalidDataException>());

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool Random_bytes_are_refused_or_passed_over_but_never_crash(byte[] bytes)
    {
        try
        {
            return KernelMessage.FromBytes(bytes) is null;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(MessageChannel.MaxMessageBytes + 1)]
    [TestCase(int.MaxValue)]
    public void An_impossible_length_is_refused_before_anything_is_allocated(int length)
    {
        var frame = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        using var channel = new MessageChannel(new MemoryStream(frame));
        Assert.That(channel.Receive, Throws.TypeOf<InvalidDataException>());
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(9)]
    public void A_stream_that_ends_anywhere_is_an_end(int length)
    {
        byte[] frame = [100, 0, 0, 0, .. new byte[100]];
        using var channel = new MessageChannel(new MemoryStream(frame[..length]));
        Assert.That(channel.Receive(), Is.Null);
    }

    [Test]
    public void Too_large_a_message_is_refused_at_the_sender()
    {
        using var channel = new MessageChannel(new MemoryStream());
        var message = KernelMessage.Create(new ExecuteRequest(new string('x', MessageChannel.MaxMessageBytes)));
        Assert.That(() => channel.Send(message), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Messages_of_several_threads_arrive_whole_and_each_threads_in_order()
    {
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        using var sender = new MessageChannel(server);
        using var receiver = new MessageChannel(client);
        const int threads = 4, each = 500;

        var sending = Task.Run(() => Parallel.For(0, threads, thread =>
        {
            for (var i = 0; i < each; i++)
            {
                sender.Send(KernelMessage.Create(new StreamText($"{thread}", $"{i}")));
            }
        }));
        var next = new int[threads];
        for (var i = 0; i < threads * each; i++)
        {
            var stream = (StreamText)receiver.Receive()!.Content;
            Assert.That(stream.Text, Is.EqualTo($"{next[int.Parse(stream.Name)]++}"));
        }
        Assert.That(sending.Wait(TimeSpan.FromSeconds(10)), Is.True);
    }

    [Test]
    public void Sending_to_nobody_neither_waits_nor_throws()
    {
        var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using (var channel = new MessageChannel(server))
        {
            server.GetClientHandleAsString();
            server.DisposeLocalCopyOfClientHandle();
            for (var i = 0; i < 1000; i++)
            {
                channel.Send(KernelMessage.Create(new StreamText("stdout", "x")));
            }
        }
        Assert.Pass("not a thousand waits");
    }

    private static KernelMessage Again(MessageContent content) => KernelMessage.FromBytes(KernelMessage.Create(content).ToBytes())!;
}
