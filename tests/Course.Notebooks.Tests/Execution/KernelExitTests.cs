using Course.Notebooks.Execution;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

[TestFixture]
public sealed class KernelExitTests
{
    [TestCase(0, "", "exit code 0")]
    [TestCase(7, "", "exit code 7")]
    [TestCase(134, "", "signal 6")]
    [TestCase(134, "Stack overflow.\nRepeated 10 times:", "stack overflowed")]
    [TestCase(134, "noise\nUnhandled exception. System.Exception: boom\n   at X.Y()", "background thread, ended the kernel process: System.Exception: boom")]
    [TestCase(134, "Out of memory.", "out of memory")]
    [TestCase(137, "", "signal 9")]
    [TestCase(139, "", "segmentation fault")]
    [TestCase(135, "", "signal 7")]
    [TestCase(-1073741819, "", "exit code -1073741819")]
    [TestCase(null, "", "did not start")]
    public void Each_end_has_its_sentence(int? code, string output, string sentence) =>
        Assert.That(new KernelExit(code, output).Sentence, Does.Contain(sentence));

    [Test]
    public void What_the_executor_knows_better_counts() =>
        Assert.That(new KernelExit(137, "", "It was in the way.").Sentence, Is.EqualTo("It was in the way."));

    [Test]
    public void Last_words_come_without_the_engine()
    {
        var exit = new KernelExit(134, "Stack overflow.\n   at Submission#0.F(Int32)\n\n   at Course.Notebooks.Scripting.X()\n"
            + "   at System.Runtime.CompilerServices.AsyncMethodBuilderCore.Start()\n");
        Assert.That(exit.LastWords, Is.EqualTo(["Stack overflow.", "   at Submission#0.F(Int32)"]));
    }

    [Test]
    public async Task Of_long_last_words_the_beginning_and_the_end_are_kept()
    {
        var text = new ProcessText();
        await text.ReadAsync(new StringReader("first\n" + new string('x', 1_000_000) + "\nlast"));
        Assert.That(text.ToString(), Does.StartWith("first\nxx").And.EndsWith("xx\nlast").And.Contain("characters left out"));
        Assert.That(text.ToString(), Has.Length.LessThan(40_000));
    }

    [TestCase("")]
    [TestCase("short\nwords")]
    public async Task Short_last_words_are_kept_whole(string words)
    {
        var text = new ProcessText();
        await text.ReadAsync(new StringReader(words));
        Assert.That(text.ToString(), Is.EqualTo(words));
    }
}
