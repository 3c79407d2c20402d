using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using NetMQ;
using NetMQ.Sockets;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>What must not be acted upon is refused and logged, and the kernel lives.</summary>
public sealed class HostileMessageTests : KernelServerFixture
{
    [TearDown]
    public void The_kernel_lives() => Assert.That(Client.Run("value 1").Reply.Succeeded, Is.True);

    [Test]
    public void A_wrong_signature()
    {
        using var stranger = new ProtocolClient(Connection with { Key = "guessed" });
        stranger.Send(stranger.Shell, new ExecuteRequest("print hacked"));
        stranger.Send(stranger.Control, new ShutdownRequest());
        ExpectLog("on shell was refused. The signature is wrong.");
        ExpectLog("on control was refused. The signature is wrong.");
        Assert.That(Session.Ran, Is.Empty);
        Assert.That(Serving.IsCompleted, Is.False);
    }

    [Test]
    public void A_replayed_message()
    {
        var frames = Client.Encode(new ExecuteRequest("print once"));
        ProtocolClient.Send(Client.Shell, frames);
        ProtocolClient.Send(Client.Shell, frames);
        ExpectLog("received before");
        Client.Receive(Client.Shell);
        Assert.That(Session.Ran, Is.EqualTo(["print once"]));
    }

    [Test]
    public void A_malformed_message()
    {
        ProtocolClient.Send(Client.Shell, [[]]);
        ProtocolClient.Send(Client.Control, [MessageCodec.Delimiter.ToArray(), [], [], [], [], []]);
        ProtocolClient.Send(Client.Stdin, [new byte[1000]]);
        Client.Send(Client.Shell, new UnknownContent("execute_request", new() { ["code"] = 7 }));
        foreach (var channel in (string[])["shell", "control", "stdin"])
        {
            ExpectLog($"A message on {channel} was refused");
        }
        ExpectLog("It is malformed");
    }

    [Test]
    public void A_message_the_kernel_does_not_serve()
    {
        Client.Send(Client.Shell, new UnknownContent("debug_request", new() { ["seq"] = 1 }));
        Client.Send(Client.Shell, new StatusMessage("busy"));
        ExpectLog("does not serve debug_request");
        ExpectLog("does not serve status");
    }

    [Test]
    public void A_frame_too_large_closes_the_connection_before_it_is_stored()
    {
        using var stranger = new ProtocolClient(Connection);
        ProtocolClient.Send(stranger.Shell, [new byte[MessageCodec.MaxMessageBytes + 1]]);
        // Sent after it, over the connection that is made anew.
        stranger.Ask<ExecuteReply>(stranger.Shell, new ExecuteRequest("print behind"));
        Assert.That(Log, Is.Empty, "a frame that got through would have been refused for its size");
    }

    [Test]
    public void A_message_too_large_in_many_frames()
    {
        ProtocolClient.Send(Client.Shell, [.. Enumerable.Repeat(new byte[MessageCodec.MaxMessageBytes / 4], 5)]);
        ExpectLog("It is too large");
    }

    [Test]
    public void Noise_on_iopub_and_heartbeat()
    {
        using var publisher = new XSubscriberSocket();
        publisher.Connect(Connection.Address(Connection.IopubPort));
        publisher.SendFrame([7, 7, 7]);
        publisher.SendFrame([]);
        publisher.SendFrame([1, 0xFF, 0xFE]);
        using var dealer = new DealerSocket();
        dealer.Connect(Connection.Address(Connection.HbPort));
        dealer.SendMultipartBytes([1], [2], [3]);
        Assert.That(dealer.ReceiveMultipartBytes(), Is.EqualTo(new byte[][] { [1], [2], [3] }));
    }

    /// <summary>Random frames, random cuts and random changes of real messages, on every socket that receives.</summary>
    [Test]
    public void Ten_thousand_random_messages()
    {
        var random = new Random(20240607);
        NetMQSocket[] sockets = [Client.Shell, Client.Control, Client.Stdin];
        for (var i = 0; i < 10_000; i++)
        {
            var frames = Client.Encode(random.Next(2) == 0 ? new ExecuteRequest("print fuzz") : new CompleteRequest("x", 1)).ToList();
            for (var changes = random.Next(1, 4); changes > 0 && frames.Count > 1; changes--)
            {
                var frame = random.Next(frames.Count);
                switch (random.Next(4))
                {
                    case 0:
                        frames.RemoveAt(frame);
                        break;
                    case 1:
                        frames.Insert(frame, RandomBytes());
                        break;
                    case 2:
                        frames[frame] = frames[frame][..random.Next(frames[frame].Length)];
                        break;
                    default:
                        frames[frame] = RandomBytes();
                        break;
                }
            }
            // What the changes left whole (identities or buffers were added) is a valid cell.
            ProtocolClient.Send(sockets[random.Next(sockets.Length)], frames);
        }
        ExpectLog("was refused");

        byte[] RandomBytes()
        {
            var bytes = new byte[random.Next(50)];
            random.NextBytes(bytes);
            return bytes;
        }
    }
}
