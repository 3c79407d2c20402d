using System.Text;
using System.Text.Json.Nodes;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;
using Course.Notebooks.Tests.Documents;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

[TestFixture]
public sealed class MessageCodecTests
{
    private const string Key = "the key of these tests";

    private static readonly MimeBundle Bundle = new(new Dictionary<string, string>
    {
        ["text/plain"] = "ü ♯",
        ["application/json"] = """{"a":[1,2.50]}""",
    });

    private static readonly MessageContent[] OneOfEach =
    [
        new ExecuteRequest("1 + 1 // \u2028 \U0001F642", Silent: true, StoreHistory: false, new Dictionary<string, string> { ["x"] = "1" }, true, false),
        new ExecuteReply(3) { Payload = [new PagePayload(Bundle)], UserExpressions = new() { ["x"] = new JsonObject() } },
        new ExecuteReply(3) { Status = ReplyContent.Error, Ename = "E", Evalue = "v", Traceback = ["a", "b"] },
        new ExecuteReply { Status = ReplyContent.Aborted },
        new FailedReply { Type = "complete_reply", Status = ReplyContent.Error, Ename = "E", Evalue = "v", Traceback = [] },
        new ExecuteInput("code", 3),
        new InterruptRequest(),
        new InterruptReply(),
        new StatusMessage(StatusMessage.Busy),
        new IopubWelcome(""),
        new StreamMessage("stderr", "\u0000\r\n\"\\"),
        new DisplayData(Bundle) { Metadata = new() { ["image/png"] = new JsonObject { ["width"] = 3 } }, Transient = new("id") },
        new UpdateDisplayData(Bundle, new DisplayTransient("id")),
        new ExecuteResult(Bundle, 3),
        new ErrorMessage("E", "v", ["a", "\e[31mb\e[0m"], 7),
        new ClearOutput(true),
        new InputRequestMessage("Name?", true),
        new InputReply("me"),
        new CompleteRequest("Console.", 8),
        new CompleteReply(["WriteLine"], 8, 8),
        new InspectRequest("Console", 3, 1),
        new InspectReply(true, Bundle),
        new IsCompleteRequest("{"),
        new IsCompleteReply("incomplete") { Indent = "    " },
        new HistoryRequest("range", Output: true, Raw: false, Session: -1, Start: 2, Stop: 5, N: 4, Pattern: "a*", Unique: true),
        new HistoryReply([new JsonArray(1, 2, "code")]),
        new KernelInfoRequest(),
        new KernelInfoReply("5.4", "i", "1", new LanguageInfo("C#", "14", "text/x-csharp", ".cs", "csharp", "m"), "b")
        {
            HelpLinks = [new HelpLink("t", "u")],
        },
        new ShutdownRequest(true),
        new ShutdownReply(true),
        new CommInfoRequest("t"),
        new CommInfoReply(new() { ["id"] = new JsonObject { ["target_name"] = "t" } }),
        new CommOpen("id", "t", new() { ["x"] = 1 }),
        new CommMsg("id", new() { ["x"] = 1 }),
        new CommClose("id"),
        new UnknownContent("tomorrow_request", new() { ["x"] = 1 }),
    ];

    [TestCaseSource(nameof(OneOfEach))]
    public void A_message_reads_back_as_it_was(object content)
    {
        var message = Message((MessageContent)content) with
        {
            Identities = ["one"u8.ToArray(), [0, 255]],
            Parent = MessageHeader.Create("execute_request", "other"),
            Metadata = new() { ["cellId"] = "abc" },
            Buffers = [[1, 2, 3]],
        };
        var frames = NewCodec().Encode(message);
        var read = NewCodec().Decode(frames);
        // Records compare dictionaries and JSON by reference; what is written is compared instead.
        Assert.That(NewCodec().Encode(read), Is.EqualTo(frames));
        Assert.That(read.Content, Is.InstanceOf(content.GetType()));
        Assert.That(read.Header, Is.EqualTo(message.Header));
    }

    [Test]
    public void Every_message_type_is_among_them() =>
        Assert.That(OneOfEach.Select(content => content.GetType()).Distinct().Where(type => type != typeof(UnknownContent) && type != typeof(FailedReply)),
            Is.EquivalentTo(MessageTypes.All.Values));

    [Test]
    public void The_wire_form_is_the_protocols()
    {
        var display = Encoding.UTF8.GetString(NewCodec().Encode(Message(OneOfEach.OfType<DisplayData>().Single()))[5]);
        Assert.That(display, Is.EqualTo(
            """{"data":{"text/plain":"ü ♯","application/json":{"a":[1,2.50]}},"metadata":{"image/png":{"width":3}},"transient":{"display_id":"id"}}"""));
        var input = Encoding.UTF8.GetString(NewCodec().Encode(Message(new InputRequestMessage("?")))[5]);
        Assert.That(input, Is.EqualTo("""{"prompt":"?","password":false}"""));
    }

    [Test]
    public void The_signature_is_the_one_the_standard_gives()
    {
        // RFC 4231, section 4.3: HMAC-SHA-256 of a known key and text, here cut into the four parts of a message.
        var signer = new MessageSigner("Jefe");
        var signature = signer.Sign(["what do"u8.ToArray(), " ya want"u8.ToArray(), " for nothing"u8.ToArray(), "?"u8.ToArray()]);
        Assert.That(Encoding.ASCII.GetString(signature), Is.EqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    [TestCase(1, "The signature is wrong")]
    [TestCase(2, "The signature is wrong")]
    [TestCase(3, "The signature is wrong")]
    [TestCase(4, "The signature is wrong")]
    [TestCase(5, "The signature is wrong")]
    public void A_message_changed_on_its_way_is_refused(int frame, string reason)
    {
        var frames = NewCodec().Encode(Message(new ExecuteRequest("1")) with { Parent = MessageHeader.Create("x", "y"), Metadata = new() { ["a"] = 1 } });
        for (var i = 0; i < frames[frame].Length; i++)
        {
            frames[frame][i] ^= 1;
            Assert.That(Refusal(frames), Does.Contain(reason));
            frames[frame][i] ^= 1;
        }
        Assert.That(NewCodec().Decode(frames).Content, Is.EqualTo(new ExecuteRequest("1")));
    }

    [Test]
    public void A_message_of_another_key_or_none_is_refused()
    {
        var message = Message(new ExecuteRequest("1"));
        Assert.That(Refusal(new MessageCodec(new MessageSigner("another")).Encode(message)), Does.Contain("signature"));
        var unsigned = NewCodec().Encode(message).ToArray();
        unsigned[1] = [];
        Assert.That(Refusal(unsigned), Does.Contain("signature"));
    }

    [Test]
    public void A_message_received_before_is_refused()
    {
        var frames = NewCodec().Encode(Message(new ExecuteRequest("1")));
        var codec = NewCodec();
        codec.Decode(frames);
        Assert.That(() => codec.Decode(frames), Throws.TypeOf<MessageRefusedException>().With.Message.Contains("before"));
        // Also with another way back, or in upper case.
        Assert.That(() => codec.Decode([[7], .. frames]), Throws.TypeOf<MessageRefusedException>().With.Message.Contains("before"));
    }

    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", "{}", "code")]
    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", """{"code":7}""", "code")]
    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", """{"code":null}""", "code")]
    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", """{"code":"1","code":"2"}""", "uplicate")]
    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", "[]", "object")]
    [TestCase("""{"msg_id":"a","msg_type":"execute_request"}""", "", "JSON")]
    [TestCase("""{"msg_type":"execute_request"}""", """{"code":"1"}""", "msg_id")]
    [TestCase("""{"msg_id":"a"}""", """{"code":"1"}""", "msg_type")]
    [TestCase("{}", """{"code":"1"}""", "empty")]
    [TestCase("null", """{"code":"1"}""", "object")]
    public void A_malformed_message_is_refused_although_it_is_signed(string header, string content, string reason) =>
        Assert.That(Refusal(Signed(header, content)), Does.Contain(reason));

    [Test]
    public void JSON_that_nests_too_deep_is_refused() =>
        Assert.That(Refusal(Signed("""{"msg_id":"a","msg_type":"x"}""", string.Concat(Enumerable.Repeat("""{"a":""", 5000)))), Does.Contain("malformed"));

    [Test]
    public void A_message_of_too_many_bytes_or_frames_is_refused()
    {
        var frames = NewCodec().Encode(Message(new ExecuteRequest("1")));
        Assert.That(Refusal([.. frames, new byte[MessageCodec.MaxMessageBytes]]), Does.Contain("too large"));
        Assert.That(Refusal([.. frames, .. Enumerable.Repeat(Array.Empty<byte>(), MessageCodec.MaxFrames)]), Does.Contain("too large"));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Frames_of_any_bytes_are_a_message_or_refused(byte[][] frames, bool withDelimiter)
    {
        IReadOnlyList<byte[]> all = [.. frames.Select(frame => frame ?? [])];
        return IsRefused(withDelimiter ? [.. all.Take(1), MessageCodec.Delimiter.ToArray(), .. all] : all);
    }

    /// <summary>The worst that a client with the key can send: valid signatures over members of any shape.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500, Arbitrary = [typeof(RoundTripTests.RandomJson)])]
    public bool Signed_objects_of_any_shape_are_a_message_or_refused(JsonObject values, JsonObject header, int type)
    {
        string[] members =
        [
            "code", "silent", "user_expressions", "data", "metadata", "transient", "traceback", "execution_count", "history", "name",
            "text", "status", "payload", "cursor_pos", "hist_access_type", "comm_id", "target_name", "restart", "value",
        ];
        var known = MessageTypes.All.Keys.Order().ToArray();
        var content = new JsonObject();
        foreach (var (index, (_, value)) in values.Index())
        {
            content[members[(index + Math.Abs(type % members.Length)) % members.Length]] = value?.DeepClone();
        }
        header["msg_type"] = known[Math.Abs(type % known.Length)];
        header["msg_id"] = "m";
        try
        {
            NewCodec().Decode(Signed(header.ToJsonString(), content.ToJsonString()));
        }
        catch (MessageRefusedException)
        {
            // Anything else that is thrown fails the test.
        }
        return true;
    }

    private static bool IsRefused(IReadOnlyList<byte[]> frames)
    {
        try
        {
            NewCodec().Decode(frames);
            return false;
        }
        catch (MessageRefusedException)
        {
            return true;
        }
    }

    private static string Refusal(IReadOnlyList<byte[]> frames) =>
        Assert.Throws<MessageRefusedException>(() => NewCodec().Decode(frames))!.Message;

    private static byte[][] Signed(string header, string content)
    {
        byte[][] parts = [Encoding.UTF8.GetBytes(header), "{}"u8.ToArray(), "{}"u8.ToArray(), Encoding.UTF8.GetBytes(content)];
        return [MessageCodec.Delimiter.ToArray(), new MessageSigner(Key).Sign(parts), .. parts];
    }

    private static MessageCodec NewCodec() => new(new MessageSigner(Key));

    private static JupyterMessage Message(MessageContent content) => JupyterMessage.Create(content, "session");
}
