using System.Globalization;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using FsCheck;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class OrderedOutputTests
{
    [FsCheck.NUnit.Property(MaxTest = 60)]
    public bool What_several_threads_write_arrives_complete_and_each_thread_in_its_order(NonEmptyArray<NonEmptyArray<byte>> threads)
    {
        var recording = new RecordingOutput();
        var output = new OrderedOutput(recording, int.MaxValue, int.MaxValue);
        var writers = threads.Get.Take(8).Select((lengths, thread) => new Thread(() =>
        {
            for (var index = 0; index < lengths.Get.Length; index++)
            {
                // Each piece: thread, number, a filling of random length, and one stream or the other.
                output.Write(lengths.Get[index] % 3 == 0 ? "stderr" : "stdout", Piece(thread, index, lengths.Get[index]));
            }
        })).ToArray();
        Array.ForEach(writers, writer => writer.Start());
        Array.ForEach(writers, writer => writer.Join());
        output.FlushAsync().Wait();

        var pieces = recording.Events.SelectMany(shown =>
            shown.Text.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(piece => (Stream: shown.Kind, Piece: piece))).ToArray();
        return threads.Get.Take(8).Index().All(thread => pieces
            .Where(piece => piece.Piece.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{thread.Index}:"), StringComparison.Ordinal))
            .SequenceEqual(thread.Item.Get.Select((length, index) =>
                (length % 3 == 0 ? "stderr" : "stdout", Piece(thread.Index, index, length).Trim('|')))))
            && pieces.Length == threads.Get.Take(8).Sum(thread => thread.Get.Length);
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public bool Text_is_neither_changed_nor_cut_within_a_character(NonNull<string>[] pieces)
    {
        var recording = new RecordingOutput();
        var output = new OrderedOutput(recording, int.MaxValue, int.MaxValue);
        var text = string.Concat(pieces.Select(piece => piece.Get)) + "\U0001F600\n\U0001F600";
        foreach (var character in text)
        {
            output.Write("stdout", [character]);
        }
        output.FlushAsync().Wait();
        // The two ends of a pair must not travel apart. (Random text may hold half pairs of its own.)
        return recording.Out == text && !recording.Events.Zip(recording.Events.Skip(1)).Any(neighbours =>
            char.IsHighSurrogate(neighbours.First.Text[^1]) && char.IsLowSurrogate(neighbours.Second.Text[0]));
    }

    [Test]
    public async Task Long_text_without_a_line_end_travels_in_chunks()
    {
        var recording = new RecordingOutput();
        var output = new OrderedOutput(recording, int.MaxValue, int.MaxValue);
        for (var written = 0; written < 3 * OrderedOutput.ChunkCharacters; written += 1000)
        {
            output.Write("stdout", new string('x', 1000));
        }
        await output.FlushAsync();
        Assert.That(recording.Out, Has.Length.EqualTo(3 * OrderedOutput.ChunkCharacters));
        Assert.That(recording.Events.Select(shown => shown.Text.Length), Has.All.LessThanOrEqualTo(OrderedOutput.ChunkCharacters));
    }

    [Test]
    public async Task A_transport_that_fails_does_not_fail_the_code()
    {
        var output = new OrderedOutput(new BrokenOutput(), int.MaxValue, int.MaxValue);
        output.Write("stdout", "text\n");
        output.Display(new MimeBundle("text/plain", "value"));
        await output.FlushAsync();
    }

    private static string Piece(int thread, int index, byte length) =>
        string.Create(CultureInfo.InvariantCulture, $"{thread}:{index}:{new string('x', length)}{(length % 2 == 0 ? "\n" : "")}|");

    private sealed class BrokenOutput : IKernelOutput
    {
        public void Stream(string name, string text) => throw new IOException("closed");

        public void Display(MimeBundle bundle, string? displayId = null) => throw new IOException("closed");

        public void UpdateDisplay(MimeBundle bundle, string displayId) => throw new IOException("closed");

        public void ClearOutput(bool wait) => throw new IOException("closed");
    }
}
