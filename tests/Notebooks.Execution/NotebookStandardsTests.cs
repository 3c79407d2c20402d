using System.Text.RegularExpressions;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using NUnit.Framework;

namespace Notebooks.Execution;

/// <summary>What every notebook of the course owes its reader, checked on the committed files without running them.</summary>
[TestFixture]
public partial class NotebookStandardsTests
{
    private const int MaximumBytes = 1_000_000;

    private static IEnumerable<TestCaseData> All() => NotebookSelection.OfCourse().Select(path =>
        new TestCaseData(path).SetArgDisplayNames(Path.GetFileName(path)));

    [TestCaseSource(nameof(All))]
    public void The_first_code_cell_sets_everything_up_and_nothing_else(string path) =>
        Assert.That(Code(path)[0].Source.Trim(), Is.EqualTo("#!import ../environment/course.csx"));

    [TestCaseSource(nameof(All))]
    public void Every_code_cell_names_its_language_for_old_and_new_readers(string path)
    {
        foreach (var cell in Code(path))
        {
            Assert.That(cell.Metadata["dotnet_interactive"]?["language"]?.GetValue<string>(), Is.EqualTo("csharp"), cell.Id);
            Assert.That(cell.Metadata["polyglot_notebook"]?["kernelName"]?.GetValue<string>(), Is.EqualTo("csharp"), cell.Id);
        }
    }

    [TestCaseSource(nameof(All))]
    public void It_is_committed_executed_in_order_and_without_an_error(string path)
    {
        var code = Code(path);
        Assert.That(code.Select(cell => cell.ExecutionCount), Is.EqualTo(Enumerable.Range(1, code.Count)), "run with --write");
        Assert.That(code.SelectMany(cell => cell.Outputs).Select(output => output.Type), Has.None.EqualTo("error"));
    }

    [TestCaseSource(nameof(All))]
    public void It_shows_an_expected_result_and_asserts_it(string path)
    {
        var sources = Code(path).Select(cell => cell.Source).ToList();
        var shown = sources.FindIndex(source => source.Contains("ExpectedResult.Card("));
        Assert.That(shown, Is.GreaterThanOrEqualTo(0), "no cell makes an expected-result card");
        Assert.That(sources.Skip(shown).Any(source => source.Contains(".Assert()")), Is.True, "no later cell asserts it");
    }

    [TestCaseSource(nameof(All))]
    public void It_has_at_least_two_exercises_each_with_a_check(string path)
    {
        var sources = Code(path).Select(cell => cell.Source).ToList();
        var stubs = sources.Count(source => source.Contains("NotYet("));
        Assert.That(stubs, Is.GreaterThanOrEqualTo(2), "exercises with a stub");
        Assert.That(sources.Count(source => source.Contains("Check.")), Is.GreaterThanOrEqualTo(stubs), "cells that check");
    }

    [TestCaseSource(nameof(All))]
    public void It_says_what_the_reader_will_be_able_to_do_and_where_to_read_on(string path)
    {
        var text = string.Join('\n', NotebookDocument.Load(path).Cells.Where(c => c.Kind == CellKind.Markdown).Select(c => c.Source));
        Assert.That(text, Does.Contain("you will be able to"));
        Assert.That(text, Does.Contain("Where to read on"));
        Assert.That(text, Does.Contain("$"), "no formula");
    }

    [TestCaseSource(nameof(All))]
    public void It_is_small_and_tells_nothing_about_the_machine_that_ran_it(string path)
    {
        Assert.That(new FileInfo(path).Length, Is.LessThan(MaximumBytes));
        var outputs = string.Join('\n', Code(path).SelectMany(cell => cell.Outputs).Select(output => output.Json.ToJsonString()));
        Assert.That(MachinePath().Match(outputs).Value, Is.Empty, "a path of the machine is in an output");
    }

    [TestCase("at /home/ada/course/x.cs", true)]
    [TestCase(@"C:\\Users\\ada", true)]
    [TestCase("/var/folders/x/Course.dll", true)]
    [TestCase("train/validation, and/or", false)]
    public void A_machine_path_is_recognised(string text, bool isPath) => Assert.That(MachinePath().IsMatch(text), Is.EqualTo(isPath));

    [GeneratedRegex(@"(?<![\w.])/(home|root|Users|tmp|var|opt|usr)/[\w.]+|[A-Za-z]:\\+Users")]
    private static partial Regex MachinePath();

    private static List<NotebookCell> Code(string path) =>
        NotebookDocument.Load(path).Cells.Where(cell => cell.Kind == CellKind.Code).ToList();
}
