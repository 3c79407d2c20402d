using Course.Notebooks.Jupyter.Messages;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>Questions of running code, and who may answer them.</summary>
public sealed class StdinTests : KernelServerFixture
{
    [TestCase("ask Name:", false)]
    [TestCase("secret Name:", true)]
    public void Code_asks_the_client_that_sent_it(string code, bool password)
    {
        using var other = new ProtocolClient(Connection).Subscribed();
        var cell = Client.Send(Client.Shell, new ExecuteRequest(code, AllowStdin: true));
        var question = Client.Receive(Client.Stdin);
        Assert.That(question.Content, Is.EqualTo(new InputRequestMessage("Name:", password)));
        Assert.That(question.Parent, Is.EqualTo(cell.Header));
        // Somebody else's answer counts for nothing.
        other.Send(other.Stdin, new InputReply("intruder"), question);
        Assert.That(other.TryReceive(other.Stdin, TimeSpan.FromMilliseconds(200)), Is.Null);

        Client.Send(Client.Stdin, new InputReply("me"), question);
        Assert.That(Client.Published(cell).OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("me"));
    }

    [Test]
    public void A_question_waits_for_a_client_that_reaches_the_channel_later()
    {
        using var late = new ProtocolClient(Connection, "late", stdin: false).Subscribed();
        var cell = late.Send(late.Shell, new ExecuteRequest("ask Name:", AllowStdin: true));
        late.Receive(late.Iopub);
        Thread.Sleep(200);
        late.ConnectStdin(Connection);
        late.Send(late.Stdin, new InputReply("me"), late.Receive(late.Stdin));
        Assert.That(late.Published(cell).OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("me"));
    }

    [Test]
    public void A_client_that_does_not_say_what_it_answers_is_understood()
    {
        var cell = Client.Send(Client.Shell, new ExecuteRequest("ask x", AllowStdin: true));
        Client.Receive(Client.Stdin);
        Client.Send(Client.Stdin, new InputReply("me"));
        Assert.That(Client.Published(cell).OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("me"));
    }

    [Test]
    public void An_answer_that_comes_too_late_does_not_answer_the_next_question()
    {
        var first = Client.Send(Client.Shell, new ExecuteRequest("ask first", AllowStdin: true));
        var abandoned = Client.Receive(Client.Stdin);
        Client.Ask<InterruptReply>(Client.Control, new InterruptRequest());
        Assert.That(Client.ReplyTo<ExecuteReply>(Client.Shell, first).Succeeded, Is.False);

        var second = Client.Send(Client.Shell, new ExecuteRequest("ask second", AllowStdin: true));
        var question = Client.Receive(Client.Stdin);
        Client.Send(Client.Stdin, new InputReply("late"), abandoned);
        Client.Send(Client.Stdin, new InputReply("right"), question);
        Assert.That(Client.Published(second).OfType<ExecuteResult>().Single().Data.Data["text/plain"], Is.EqualTo("right"));
    }

    [TestCase(false, false)]
    [TestCase(true, true)]
    public void Where_the_client_cannot_answer_the_question_fails_at_once(bool allowStdin, bool silent)
    {
        var reply = Client.Run(new ExecuteRequest("ask x", AllowStdin: allowStdin, Silent: silent)).Reply;
        Assert.That(reply.Ename, Is.EqualTo("Nobody"));
        Assert.That(Client.TryReceive(Client.Stdin, TimeSpan.FromMilliseconds(100)), Is.Null);
    }
}
