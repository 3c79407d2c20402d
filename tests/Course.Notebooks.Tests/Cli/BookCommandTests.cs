using Course.Cli;
using Course.Notebooks.Tests.Publishing;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Cli;

public sealed class BookCommandTests
{
    [Test]
    public async Task A_folder_of_notebooks_becomes_a_site_with_charts()
    {
        using var folder = new BookFolder();
        folder.Notebook("a.ipynb", "# A\n\ntext");
        var result = await CommandLine.RunAsync(folder.Path, "book", "a.ipynb", "--output", "site", "--title", "Mine");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Success), result.Error);
        Assert.That(result.Output, Does.Contain("1 chapter,").And.Contain("index.html"));
        Assert.That(folder.Page("index.html").QuerySelector("h1")!.TextContent, Is.EqualTo("Mine"));
        Assert.That(new FileInfo(Path.Combine(folder.Site, "assets", "plotly.min.js")).Length, Is.GreaterThan(1_000_000), "charts work without a network");
    }

    [Test]
    public async Task What_makes_no_sense_is_said()
    {
        using var folder = new BookFolder();
        folder.Notebook("a.ipynb", "# A");
        foreach (var (arguments, reason) in new (string[], string)[]
        {
            (["book", "nosuch.ipynb"], "no notebook or folder"),
            (["book", "a.ipynb", "--output", "."], "other things"),
            (["book", "a.ipynb", "--output", "site", "--contents", "nosuch.md"], "nosuch.md"),
            (["book", "a.ipynb", "--repository", "somewhere"], "https://github.com/OWNER/NAME"),
        })
        {
            var result = await CommandLine.RunAsync(folder.Path, arguments);
            Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.BadArguments), reason);
            Assert.That(result.Error, Does.Contain(reason));
        }
    }
}
