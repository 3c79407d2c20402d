using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

/// <summary>One student of each sort. <c>Benchmarks -- grade</c> does the same with a hundred.</summary>
[TestFixture]
public sealed class SimulatedClassTests
{
    [Test]
    public async Task Every_sort_of_student_gets_the_points_they_earned_even_when_grading_is_killed_in_the_middle()
    {
        using var folder = new TemporaryFolder();
        var expected = SimulatedClass.Write(folder.Path, SimulatedClass.SortCount);
        const int killAfter = 7;
        await SimulatedClass.GradeAsync(folder.Path, jobs: 2, killAfter);
        Assert.That(File.Exists(folder.File("autograded/gradebook.csv")), Is.False, "there is no grade book of a part of the class");
        var lines = await SimulatedClass.GradeAsync(folder.Path, jobs: 2, killAfter: null);
        Assert.That(lines.Count(line => line.EndsWith("graded before", StringComparison.Ordinal)), Is.InRange(killAfter, expected.Count - 1));
        Assert.That(SimulatedClass.Differences(folder.Path, expected), Is.Empty);
        Assert.That(lines, Has.Some.Contains($"{expected.Count} submissions, mean").And.Some.Contains("missed by"));
    }
}
