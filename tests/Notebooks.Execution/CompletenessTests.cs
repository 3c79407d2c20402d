using Course.Cli;
using Course.Cli.Running;
using NUnit.Framework;

namespace Notebooks.Execution;

/// <summary>Without these, a notebook that is not found would be a test that is not run.</summary>
[TestFixture]
public sealed class CompletenessTests
{
    [Test]
    public void Notebooks_are_found() =>
        Assert.That(NotebookSelection.OfCourse(), Is.Not.Empty, $"There is no notebook in {Repository.Root}/notebooks.");

    [Test]
    public void Every_notebook_file_is_a_test_and_is_numbered()
    {
        // Assignments are graded, not run: AssignmentTests does that to each.
        var notebooks = Path.Combine(Repository.Root!, "notebooks");
        var files = Directory.EnumerateFiles(notebooks, "*.ipynb", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(notebooks, "assignments") + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !file.Contains(".ipynb_checkpoints", StringComparison.Ordinal));
        Assert.That(files, Is.EquivalentTo(NotebookSelection.OfCourse()));
        Assert.That(NotebookSelection.OfCourse().Select(Path.GetFileName), Is.All.Match(@"^\d\d-[a-z0-9-]+\.ipynb$"));
    }
}
