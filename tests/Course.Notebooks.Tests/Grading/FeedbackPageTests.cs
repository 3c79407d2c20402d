using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Course.Notebooks.Kernels;
using Course.Notebooks.Tests.Cli;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
public sealed class FeedbackPageTests
{
    private const string Script = "<script>alert(1)</script>";

    private static readonly SubmissionResult Result = new("ada" + Script, "one", "arithmetic", "",
        [new CellScore("test-double", GradeCellKind.Tests, 0.5, 2, "twice <2> is 4"), new CellScore("why", GradeCellKind.Manual, null, 5, null)],
        ["The locked cell 'setup' was changed; it was put back as it was.", "Worth a look: the code opens files (File)."], 1);

    [Test]
    public void The_page_tells_points_reasons_and_what_was_put_right()
    {
        var page = FeedbackPage.Render(Result, Assignments.Arithmetic());
        Assert.That(page, Does.Contain("<strong>0.5</strong> of 7 points").And.Contain("0.5 of 2").And.Contain("twice &lt;2&gt; is 4").And.Contain("by hand, up to 5"));
        Assert.That(page, Does.Contain("was put back"));
        Assert.That(page, Does.Not.Contain("Worth a look"), "a suspicion is for the instructor");
    }

    [Test]
    public void Hidden_tests_stay_hidden_unless_they_are_to_be_shown()
    {
        Assert.That(FeedbackPage.Render(Result, Assignments.Arithmetic()), Does.Contain("twice 2 is 4").And.Not.Contain("twice -3 is -6"));
        Assert.That(FeedbackPage.Render(Result, Assignments.Arithmetic(), showHidden: true), Does.Contain("twice -3 is -6"));
    }

    [Test]
    public void Nothing_in_a_notebook_runs_on_the_page()
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Markdown, Script + "\n\n[a](javascript:alert) <img src=x onerror=alert(1)>");
        var code = document.Add(CellKind.Code, Script);
        code.SetOutputs([
            CellOutput.Stream("stdout", Script), CellOutput.Display(new MimeBundle("text/html", Script)),
            CellOutput.Error(new KernelError(Script, Script, [Script]))]);
        var page = FeedbackPage.Render(Result, document);
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("<img"));
        Assert.That(page, Does.Contain("default-src 'none'"), "and if it did, the browser would refuse");
    }

    [Test]
    public void Formulas_are_drawn_and_headings_stand_below_those_of_the_page()
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Markdown, "# Title\n\nfor $x^2$\n\n$$\\frac{a}{b}$$\n\nand $\\nosuch<b>$");
        var page = FeedbackPage.Render(Result, document);
        Assert.That(page, Does.Contain("<h3>Title</h3>").And.Contain("<msup>").And.Contain("<mfrac>").And.Contain("<code>\\nosuch&lt;b&gt;</code>"));
    }

    [Test]
    public async Task The_command_writes_a_page_for_each_result()
    {
        using var folder = new TemporaryFolder();
        Result.Save(folder.File("autograded/ada/one/arithmetic.grade.json"));
        Assignments.Arithmetic().Save(folder.File("autograded/ada/one/arithmetic.ipynb"));
        var done = await CommandLine.RunAsync(folder.Path, "feedback", "autograded");
        Assert.That(done.ExitCode, Is.Zero, done.Error);
        Assert.That(await File.ReadAllTextAsync(folder.File("feedback/ada/one/arithmetic.html")), Does.Contain("<strong>0.5</strong> of 7 points"));

        await File.WriteAllTextAsync(folder.File("autograded/ada/one/arithmetic.grade.json"), "{}");
        var broken = await CommandLine.RunAsync(folder.Path, "feedback", "autograded");
        Assert.That((broken.ExitCode, broken.Error.Contains("cannot be read", StringComparison.Ordinal)), Is.EqualTo((1, true)), broken.Error);
        Assert.That((await CommandLine.RunAsync(folder.Path, "feedback", "nowhere")).Error, Does.Contain("Grade first"));
    }
}
