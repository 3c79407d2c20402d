using System.Text.Json.Nodes;
using Course.Notebooks.Jupyter.Messages;
using NetMQ;
using NetMQ.Sockets;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>What travels between a kernel and its client, whatever the language.</summary>
public sealed class KernelServerTests : KernelServerFixture
{
    [Test]
    public void A_cell_travels_busy_input_output_result_idle_with_its_request_as_parent()
    {
        var request = Client.Send(Client.Shell, new ExecuteRequest("value 7"));
        var reply = Client.Receive(Client.Shell);
        Assert.That(reply.Parent, Is.EqualTo(request.Header));
        Assert.That(reply.Content, Is.InstanceOf<ExecuteReply>().With.Property("Status").EqualTo("ok").And.Property("ExecutionCount").EqualTo(1));
        string[] expected = ["status", "execute_input", "execute_result", "status"];
        foreach (var type in expected)
        {
            var message = Client.Receive(Client.Iopub);
            Assert.That(message.Header.MsgType, Is.EqualTo(type));
            Assert.That(message.Parent, Is.EqualTo(request.Header));
            Assert.That(message.Identities.Single(), Is.EqualTo(System.Text.Encoding.UTF8.GetBytes(type)), "the topic");
        }
        Assert.That(Client.TryReceive(Client.Iopub, TimeSpan.FromMilliseconds(100)), Is.Null);
    }

    [Test]
    public void Displays_updates_and_clearing_travel_as_messages_of_their_own()
    {
        var (_, published) = Client.Run("show x");
        Assert.That(published.Select(MessageTypes.NameOf), Is.EqualTo(["display_data", "update_display_data", "clear_output"]));
        Assert.That(((DisplayData)published[0]).Transient.DisplayId, Is.EqualTo("id"));
        Assert.That(((UpdateDisplayData)published[1]).Data.Data["text/plain"], Is.EqualTo("x!"));
        Assert.That(((ClearOutput)published[2]).Wait, Is.True);
    }

    [Test]
    public void What_is_said_about_a_representation_travels_with_it()
    {
        const string about = """{"image/png":{"width":7}}""";
        var (reply, published) = Client.Run(new ExecuteRequest("image", UserExpressions: new Dictionary<string, string> { ["x"] = "image" }));
        Assert.That(((DisplayData)published[0]).Metadata.ToJsonString(), Is.EqualTo(about));
        Assert.That(((UpdateDisplayData)published[1]).Metadata.ToJsonString(), Is.EqualTo(about));
        Assert.That(((ExecuteResult)published[2]).Metadata.ToJsonString(), Is.EqualTo(about));
        Assert.That(reply.UserExpressions!["x"]!["metadata"]!.ToJsonString(), Is.EqualTo(about));
    }

    [Test]
    public void An_error_is_published_once_in_colour_and_is_in_the_reply()
    {
        var (reply, published) = Client.Run("fail badly");
        var error = (ErrorMessage)published.Single();
        Assert.That((error.Ename, error.Evalue, error.Line), Is.EqualTo(("Some.Error", "badly", (int?)1)));
        Assert.That(error.Traceback, Is.EqualTo(["\e[31mSome.Error: badly\e[0m", "\e[1m   in cell line 1: fail\e[0m"]));
        Assert.That((reply.Status, reply.Ename, reply.Evalue), Is.EqualTo(("error", "Some.Error", "badly")));
        Assert.That(reply.Traceback, Is.EqualTo(error.Traceback));
    }

    [Test]
    public void Cells_are_counted_unless_silent_or_not_to_be_stored()
    {
        Assert.That(Client.Run("value a").Reply.ExecutionCount, Is.EqualTo(1));
        Assert.That(Client.Run(new ExecuteRequest("value b", StoreHistory: false)).Reply.ExecutionCount, Is.EqualTo(2));
        var (_, silent) = Client.Run(new ExecuteRequest("print c", Silent: true));
        Assert.That(silent, Is.Empty);
        Assert.That(Client.Run(new ExecuteRequest("fail d", Silent: true)).Published, Is.Empty);
        Assert.That(Client.Run("value e").Reply.ExecutionCount, Is.EqualTo(2));
        Assert.That(Client.Ask<HistoryReply>(Client.Shell, new HistoryRequest("tail", N: 10)).History.ToJsonString(),
            Is.EqualTo("""[[1,1,"value a"],[1,2,"value e"]]"""));
        Assert.That(Client.Ask<HistoryReply>(Client.Shell, new HistoryRequest("search", Pattern: "*e", Output: true)).History.ToJsonString(),
            Is.EqualTo("""[[1,2,["value e","e"]]]"""));
        Assert.That(Client.Ask<HistoryReply>(Client.Shell, new HistoryRequest("range", Start: 1, Stop: 2)).History.ToJsonString(),
            Is.EqualTo("""[[1,1,"value a"]]"""));
    }

    [Test]
    public void User_expressions_are_evaluated_after_a_success_and_fail_one_by_one()
    {
        var asked = new Dictionary<string, string> { ["good"] = "value 7", ["bad"] = "fail x", ["void"] = "nothing" };
        var values = Client.Run(new ExecuteRequest("value 1", UserExpressions: asked)).Reply.UserExpressions!;
        Assert.That(values["good"]!.ToJsonString(), Is.EqualTo("""{"status":"ok","data":{"text/plain":"7"},"metadata":{}}"""));
        Assert.That(values["bad"]!["ename"]!.GetValue<string>(), Is.EqualTo("Some.Error"));
        Assert.That(values["void"]!["status"]!.GetValue<string>(), Is.EqualTo("ok"));
        Assert.That(Client.Run(new ExecuteRequest("fail 1", UserExpressions: asked)).Reply.UserExpressions, Is.EqualTo(new JsonObject()));
    }

    [Test]
    public void An_error_aborts_the_cells_that_wait_behind_it_and_only_those()
    {
        Client.Send(Client.Shell, new ExecuteRequest("wait"));
        Session.Waiting.Wait();
        var waiting = Client.Send(Client.Shell, new ExecuteRequest("print never"));
        var question = Client.Send(Client.Shell, new CommOpen("c", "t"));
        // Questions are answered meanwhile, which also shows that what was sent before has arrived.
        Client.Ask<CompleteReply>(Client.Shell, new CompleteRequest("p", 1));
        Client.Ask<InterruptReply>(Client.Control, new InterruptRequest());

        Assert.That(Client.ReplyTo<ExecuteReply>(Client.Shell, waiting).Status, Is.EqualTo("aborted"));
        Assert.That(Client.Published(question).Single(), Is.InstanceOf<CommClose>(), "not a cell, so not aborted");
        Assert.That(Client.Run("value 2").Reply.Status, Is.EqualTo("ok"));
        Assert.That(Session.Ran, Is.EqualTo(["wait", "value 2"]));
    }

    [Test]
    public void Without_stop_on_error_the_next_cell_runs()
    {
        Client.Send(Client.Shell, new ExecuteRequest("wait", StopOnError: false));
        Session.Waiting.Wait();
        var next = Client.Send(Client.Shell, new ExecuteRequest("value 2"));
        Client.Ask<CompleteReply>(Client.Shell, new CompleteRequest("p", 1));
        Client.Ask<InterruptReply>(Client.Control, new InterruptRequest());
        Assert.That(Client.ReplyTo<ExecuteReply>(Client.Shell, next).Status, Is.EqualTo("ok"));
    }

    [Test]
    public void While_a_cell_runs_questions_are_answered_and_the_last_word_is_busy()
    {
        var cell = Client.Send(Client.Shell, new ExecuteRequest("wait"));
        Session.Waiting.Wait();
        Client.Ask<CompleteReply>(Client.Shell, new CompleteRequest("p", 1));
        Client.Ask<IsCompleteReply>(Client.Shell, new IsCompleteRequest("p"));
        Client.Ask<KernelInfoReply>(Client.Control, new KernelInfoRequest());
        for (var answered = 0; answered < 3;)
        {
            answered += Client.Receive(Client.Iopub).Content is StatusMessage { ExecutionState: StatusMessage.Idle } ? 1 : 0;
        }
        var last = Client.Receive(Client.Iopub);
        Assert.That((last.Content, last.Parent), Is.EqualTo((new StatusMessage(StatusMessage.Busy), cell.Header)), "the cell still runs");

        Server.Interrupt();
        Assert.That(Client.ReplyTo<ExecuteReply>(Client.Shell, cell).Ename, Is.EqualTo("Stopped"));
        Assert.That(Client.Published(cell).OfType<ErrorMessage>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Positions_count_code_points_on_the_wire_and_code_units_inside()
    {
        var reply = Client.Ask<CompleteReply>(Client.Shell, new CompleteRequest("\"🙂🙂\".p", 6));
        Assert.That(reply.Matches, Is.EqualTo(["print"]), "each match once");
        Assert.That((reply.CursorStart, reply.CursorEnd), Is.EqualTo((5, 6)));
        Assert.That(reply.Metadata["_jupyter_types_experimental"]![0]!.ToJsonString(),
            Is.EqualTo("""{"start":5,"end":6,"text":"print","type":"keyword","signature":"print X"}"""));
        var inspected = Client.Ask<InspectReply>(Client.Shell, new InspectRequest("print 🙂", 7, DetailLevel: 1));
        Assert.That(inspected.Data.Data["text/plain"], Is.EqualTo("print 🙂 at 8, Full"));
    }

    [Test]
    public void What_has_no_documentation_is_not_found()
    {
        var reply = Client.Ask<InspectReply>(Client.Shell, new InspectRequest("other", 2));
        Assert.That((reply.Succeeded, reply.Found, reply.Data.Data.Count), Is.EqualTo((true, false, 0)));
    }

    [TestCase("print?", "print at 5, Brief")]
    [TestCase("print??", "print at 5, Full")]
    [TestCase(" other ? ", "No documentation found for \"other\".")]
    public void A_question_mark_asks_for_the_pager(string code, string expected)
    {
        var (reply, published) = Client.Run(code);
        var page = reply.Payload!.Single();
        Assert.That((page.Source, page.Data!.Data["text/plain"]), Is.EqualTo(("page", expected)));
        Assert.That(published, Is.Empty);
        Assert.That(Session.Ran, Is.Empty);
    }

    [TestCase("// really?")]
    [TestCase("?")]
    [TestCase("print a\n// b?")]
    public void Code_is_no_question(string code)
    {
        Assert.That(Client.Run(code).Reply.Payload, Is.Empty);
        Assert.That(Session.Ran, Is.EqualTo([code]));
    }

    [Test]
    public void Completeness_is_told_with_the_indent_of_the_next_line()
    {
        var open = Client.Ask<IsCompleteReply>(Client.Shell, new IsCompleteRequest("{"));
        Assert.That((open.Status, open.Indent), Is.EqualTo(("incomplete", "  ")));
        var done = Client.Ask<IsCompleteReply>(Client.Shell, new IsCompleteRequest("x"));
        Assert.That((done.Status, done.Indent), Is.EqualTo(("complete", (string?)null)));
    }

    [TestCase("shell")]
    [TestCase("control")]
    public void The_kernel_says_what_it_is(string channel)
    {
        var info = Client.Ask<KernelInfoReply>(channel == "shell" ? Client.Shell : Client.Control, new KernelInfoRequest());
        Assert.That((info.ProtocolVersion, info.Implementation, info.LanguageInfo!.Name), Is.EqualTo(("5.4", "scripted", "Scripted")));
    }

    [Test]
    public void A_comm_nobody_knows_is_closed_and_none_is_listed()
    {
        var open = Client.Send(Client.Shell, new CommOpen("c1", "jupyter.widget", new() { ["a"] = 1 }));
        Assert.That(((CommClose)Client.Published(open).Single()).CommId, Is.EqualTo("c1"));
        Assert.That(Client.Published(Client.Send(Client.Shell, new CommMsg("c1"))), Is.Empty);
        Assert.That(Client.Published(Client.Send(Client.Shell, new CommClose("c1"))), Is.Empty);
        Assert.That(Client.Ask<CommInfoReply>(Client.Shell, new CommInfoRequest()).Comms, Is.Empty);
    }

    [Test]
    public void Output_after_the_end_still_carries_its_cell()
    {
        var first = Client.Send(Client.Shell, new ExecuteRequest("late words"));
        Client.Published(first);
        Client.Run("value 2");
        Session.Release();
        JupyterMessage message;
        do
        {
            message = Client.Receive(Client.Iopub);
        }
        while (message.Content is not StreamMessage);
        Assert.That(message.Parent, Is.EqualTo(first.Header));
    }

    [Test]
    public void A_defect_of_the_language_is_an_error_reply_and_the_kernel_lives()
    {
        Assert.That(Client.Run("defect").Reply.Evalue, Is.EqualTo("a defect of the language"));
        ExpectLog("a defect of the language");
        Assert.That(Client.Run("value 1").Reply.Succeeded, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Shutdown_is_answered_told_to_everyone_and_obeyed(bool restart)
    {
        using var other = new ProtocolClient(Connection).Subscribed();
        var request = Client.Send(Client.Control, new ShutdownRequest(restart));
        Assert.That(Client.ReplyTo<ShutdownReply>(Client.Control, request).Restart, Is.EqualTo(restart));
        Assert.That(other.Published(request).OfType<ShutdownReply>().Single().Restart, Is.EqualTo(restart));
        await Serving.WaitAsync(Patience.Long);
    }

    [Test]
    public async Task Shutdown_does_not_wait_for_a_cell()
    {
        Client.Send(Client.Shell, new ExecuteRequest("wait"));
        Session.Waiting.Wait();
        Client.Ask<ShutdownReply>(Client.Control, new ShutdownRequest());
        await Serving.WaitAsync(Patience.Long);
    }

    [Test]
    public void The_heart_beats_also_while_a_cell_runs()
    {
        Client.Send(Client.Shell, new ExecuteRequest("wait"));
        Session.Waiting.Wait();
        Client.Heartbeat.SendFrame("ping");
        Assert.That(Client.Heartbeat.TryReceiveFrameString(Patience.Long, out var pong), Is.True);
        Assert.That(pong, Is.EqualTo("ping"));
        Server.Interrupt();
    }

    [Test]
    public void Two_clients_get_their_own_replies_and_both_see_everything()
    {
        using var other = new ProtocolClient(Connection).Subscribed();
        var mine = Client.Send(Client.Shell, new ExecuteRequest("print mine"));
        var theirs = other.Send(other.Shell, new ExecuteRequest("print theirs"));
        Assert.That(Client.ReplyTo<ExecuteReply>(Client.Shell, mine).Succeeded);
        Assert.That(other.ReplyTo<ExecuteReply>(other.Shell, theirs).Succeeded);
        Assert.That(Client.TryReceive(Client.Shell, TimeSpan.FromMilliseconds(50)), Is.Null);
        Assert.That(other.Published(mine).OfType<StreamMessage>().Single().Text, Is.EqualTo("mine"));
        Assert.That(Client.Published(theirs).OfType<StreamMessage>().Single().Text, Is.EqualTo("theirs"));
    }

    [Test]
    public void A_client_gets_its_welcome_however_much_is_said()
    {
        for (var i = 0; i < 10; i++)
        {
            for (var j = 0; j < 20; j++)
            {
                Client.Send(Client.Shell, new ExecuteRequest("print much"));
            }
            // What is said while the subscription arrives may be heard before the welcome, so this reads up to it.
            using var late = new ProtocolClient(Connection).Subscribed();
        }
        Assert.That(Client.Run("value 1").Reply.ExecutionCount, Is.EqualTo(201), "the clients that left are not missed");
    }

    [Test]
    public void A_client_can_subscribe_to_one_kind_of_message()
    {
        using var selective = new SubscriberSocket();
        selective.Connect(Connection.Address(Connection.IopubPort));
        selective.Subscribe("stream");
        Assert.That(selective.ReceiveMultipartBytes()[0], Is.EqualTo("stream"u8.ToArray()), "the welcome");
        Client.Run("show x");
        Client.Run("print x");
        var heard = selective.ReceiveMultipartBytes();
        Assert.That(System.Text.Encoding.UTF8.GetString(heard[^1]), Does.Contain("\"text\":\"x\""));
    }

    [Test]
    public void A_second_kernel_on_the_same_ports_says_so() =>
        Assert.That(() => new Course.Notebooks.Jupyter.Server.KernelServer(
            Connection, new("x", "1", "", new("x", "1", "x", "x")), Starting(Session), _ => { }),
            Throws.InstanceOf<NetMQException>());
}
