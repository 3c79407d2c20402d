using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
public sealed class MarkedRegionsTests
{
    [Test]
    public void A_stub_takes_the_place_of_each_solution_at_its_indentation()
    {
        const string source = "int A()\n{\n    // BEGIN SOLUTION\n    return 1;\n    // END SOLUTION\n}\n/* BEGIN SOLUTION */\nint b;\n/* END SOLUTION */\n// tail";
        Assert.That(MarkedRegions.ReplaceSolutions(source, "// stub\nthrow;"),
            Is.EqualTo("int A()\n{\n    // stub\n    throw;\n}\n// stub\nthrow;\n// tail"));
    }

    [Test]
    public void A_cell_without_a_region_is_a_solution_as_a_whole() =>
        Assert.That(MarkedRegions.ReplaceSolutions("secret", "stub"), Is.EqualTo("stub"));

    [Test]
    public void Hidden_tests_leave_no_trace()
    {
        Assert.That(MarkedRegions.RemoveHiddenTests("a\n// BEGIN HIDDEN TESTS\nb\n// END HIDDEN TESTS\nc"), Is.EqualTo("a\nc"));
        Assert.That(MarkedRegions.RemoveHiddenTests("a;\n\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\n"), Is.EqualTo("a;"));
        Assert.That(MarkedRegions.RemoveHiddenTests("nothing hidden"), Is.EqualTo("nothing hidden"));
    }

    [TestCase("// BEGIN SOLUTION\nx", "line 1: BEGIN SOLUTION has no END SOLUTION")]
    [TestCase("x\n// END SOLUTION", "line 2: END SOLUTION without a BEGIN SOLUTION")]
    [TestCase("// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION", "line 2: BEGIN SOLUTION within")]
    [TestCase("// BEGIN SOLUTION\n// BEGIN HIDDEN TESTS\n// END SOLUTION", "line 2: BEGIN HIDDEN TESTS within")]
    [TestCase("// BEGIN HIDDEN TESTS\n// END SOLUTION", "line 2: END SOLUTION without")]
    public void Markers_that_do_not_fit_are_named_and_nothing_is_released(string source, string sentence)
    {
        Assert.That(MarkedRegions.Problems(source), Has.Some.Contains(sentence));
        Assert.That(() => MarkedRegions.RemoveHiddenTests(source), Throws.TypeOf<GradingException>());
        if (MarkedRegions.HasSolution(source))
        {
            Assert.That(() => MarkedRegions.ReplaceSolutions(source, ""), Throws.TypeOf<GradingException>());
        }
    }

    [FsCheck.NUnit.Property]
    public void Whatever_stands_in_a_region_is_gone_and_what_stands_around_it_stays(byte before, byte inside, byte after)
    {
        var head = string.Concat(Enumerable.Range(0, before % 5).Select(i => $"head{i};\n"));
        var secret = string.Concat(Enumerable.Range(0, inside % 5).Select(i => $"  secret{i};\n"));
        var tail = string.Concat(Enumerable.Range(0, after % 5).Select(i => $"\ntail{i};"));
        var hidden = MarkedRegions.RemoveHiddenTests($"{head}// BEGIN HIDDEN TESTS\n{secret}// END HIDDEN TESTS{tail}");
        var solved = MarkedRegions.ReplaceSolutions($"{head}// BEGIN SOLUTION\n{secret}// END SOLUTION{tail}", "stub");
        Assert.That(hidden, Is.EqualTo((head + tail.TrimStart('\n')).TrimEnd()));
        Assert.That(solved, Is.EqualTo(head + "stub" + tail));
    }
}
