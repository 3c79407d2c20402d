using System.Text.Encodings.Web;
using System.Text.Json;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Server;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

[TestFixture]
public sealed class HistoryTests
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly History history = new();

    [OneTimeSetUp]
    public void RunSomeCells()
    {
        history.Add(1, "1 + 1", "2");
        history.Add(2, "var x = 1;", null);
        history.Add(3, "1 + 1", "2");
        history.Add(4, "x + 1", "2");
    }

    [TestCase(2, """[[1,3,"1 + 1"],[1,4,"x + 1"]]""")]
    [TestCase(0, "[]")]
    public void The_tail_is_the_last_cells(int n, string expected) =>
        Assert.That(Find(new HistoryRequest("tail", N: n)), Is.EqualTo(expected));

    [TestCase(0, 2, 4, """[[1,2,"var x = 1;"],[1,3,"1 + 1"]]""")]
    [TestCase(1, 4, null, """[[1,4,"x + 1"]]""")]
    [TestCase(-1, 1, null, "[]")]
    public void A_range_is_of_this_session_only(int session, int start, int? stop, string expected) =>
        Assert.That(Find(new HistoryRequest("range", Session: session, Start: start, Stop: stop)), Is.EqualTo(expected));

    [TestCase("1*", false, null, """[[1,1,"1 + 1"],[1,3,"1 + 1"]]""")]
    [TestCase("1*", true, null, """[[1,3,"1 + 1"]]""")]
    [TestCase("? + 1", false, 2, """[[1,3,"1 + 1"],[1,4,"x + 1"]]""")]
    [TestCase("X*", false, null, "[]")]
    [TestCase("x", false, null, "[]")]
    [TestCase("*", true, 1, """[[1,4,"x + 1"]]""")]
    public void A_search_is_for_a_glob_over_the_whole_source(string pattern, bool unique, int? n, string expected) =>
        Assert.That(Find(new HistoryRequest("search", Pattern: pattern, Unique: unique, N: n)), Is.EqualTo(expected));

    [Test]
    public void Results_come_along_when_asked_for() =>
        Assert.That(Find(new HistoryRequest("range", Output: true, Start: 1, Stop: 3)),
            Is.EqualTo("""[[1,1,["1 + 1","2"]],[1,2,["var x = 1;",null]]]"""));

    [Test]
    public void An_unknown_way_of_access_finds_nothing() => Assert.That(Find(new HistoryRequest("sideways")), Is.EqualTo("[]"));

    [Test]
    public void The_oldest_of_very_many_cells_are_forgotten()
    {
        var many = new History();
        for (var i = 1; i <= 25_000; i++)
        {
            many.Add(i, "x", null);
        }
        Assert.That(many.Find(new HistoryRequest("tail")).History, Has.Count.InRange(9_000, 10_000));
        Assert.That(many.Find(new HistoryRequest("tail", N: 1)).History[0]![1]!.GetValue<int>(), Is.EqualTo(25_000));
    }

    private string Find(HistoryRequest request) => history.Find(request).History.ToJsonString(Readable);
}
