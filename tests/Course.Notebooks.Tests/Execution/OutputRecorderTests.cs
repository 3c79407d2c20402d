using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

[TestFixture]
public sealed class OutputRecorderTests
{
    private static readonly MimeBundle One = new("text/plain", "one");
    private static readonly MimeBundle Two = new("text/plain", "two");

    [Test]
    public void Adjacent_text_of_one_stream_is_one_output()
    {
        var cell = new OutputRecorder(1000).NewCell();
        cell.Stream("stdout", "a");
        cell.Stream("stdout", "b\n");
        cell.Stream("stderr", "c");
        cell.Stream("stdout", "");
        cell.Stream("stderr", "d");
        cell.Display(One);
        cell.Stream("stderr", "e");

        Assert.That(cell.ToOutputs().Select(o => $"{o.Name}:{o.Text}"), Is.EqualTo(["stdout:ab\n", "stderr:cd", ":", "stderr:e"]));
    }

    [Test]
    public void An_update_changes_every_display_of_its_name_also_in_earlier_cells()
    {
        var run = new OutputRecorder(1000);
        var first = run.NewCell();
        first.Display(One, "x");
        first.Display(One, "y");
        var second = run.NewCell();
        second.Display(One, "x");
        second.UpdateDisplay(Two, "x");
        second.UpdateDisplay(Two, "nobody");

        Assert.That(first.ToOutputs().Select(o => o.Bundle!.Data["text/plain"]), Is.EqualTo(["two", "one"]));
        Assert.That(second.ToOutputs().Single().Bundle!.Data["text/plain"], Is.EqualTo("two"));
    }

    [Test]
    public void Clearing_at_once_and_clearing_at_the_next_output()
    {
        var cell = new OutputRecorder(1000).NewCell();
        cell.Stream("stdout", "a");
        cell.ClearOutput(wait: false);
        Assert.That(cell.ToOutputs(), Is.Empty);

        cell.Display(One, "x");
        cell.ClearOutput(wait: true);
        Assert.That(cell.ToOutputs(), Has.Count.EqualTo(1), "still there, so that nothing flickers");
        cell.Display(Two);
        cell.UpdateDisplay(One, "x");
        Assert.That(cell.ToOutputs().Single().Bundle!.Data["text/plain"], Is.EqualTo("two"));
    }

    [Test]
    public void A_flood_is_cut_at_the_limit_and_says_so_once()
    {
        var cell = new OutputRecorder(1000).NewCell();
        for (var i = 0; i < 100; i++)
        {
            cell.Stream("stdout", new string('x', 99) + "\n");
            cell.Stream("stderr", "y");
        }
        cell.Display(One);
        cell.Error(new KernelError("E", "v", []));

        var text = string.Concat(cell.ToOutputs().Select(o => o.Text));
        Assert.That(text.Count(c => c == 'x'), Is.LessThanOrEqualTo(1000).And.GreaterThan(800));
        Assert.That(text.Split("1,000 characters"), Has.Length.EqualTo(2), "one notice");
        Assert.That(cell.ToOutputs()[^1].Type, Is.EqualTo("error"), "an error is never left out");
    }

    [Test]
    public void What_is_cleared_makes_room()
    {
        var cell = new OutputRecorder(10).NewCell();
        for (var i = 0; i < 5; i++)
        {
            cell.ClearOutput(wait: true);
            cell.Stream("stdout", "12345678");
        }
        Assert.That(cell.ToOutputs().Single().Text, Is.EqualTo("12345678"));
    }

    [Test]
    public void Outputs_from_many_threads_are_all_there()
    {
        var cell = new OutputRecorder(1_000_000).NewCell();
        Parallel.For(0, 1000, _ => cell.Stream("stdout", "x"));
        Assert.That(cell.ToOutputs().Single().Text, Has.Length.EqualTo(1000));
    }
}
