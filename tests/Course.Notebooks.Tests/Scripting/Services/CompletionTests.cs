using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting.Services;

public sealed class CompletionTests : SessionFixture
{
    [TestCase("Console.WriteL|", "WriteLine")]
    [TestCase("Math.Sq|", "Sqrt")]
    [TestCase("math.sq|", "")]
    [TestCase("Math.sq|", "Sqrt")]
    [TestCase("\"text\".Subs|", "Substring")]
    [TestCase("using System.Thr|", "Threading")]
    [TestCase("fore|", "foreach")]
    [TestCase("Path.GetF|", "")]
    [TestCase("// Math.Sq|", "")]
    [TestCase("\"Math.Sq|\"", "")]
    [TestCase("var text = \"\U0001F600\"; Math.Sq|", "Sqrt")]
    [TestCase("Math.Max(1, Math.Sq|) + 2", "Sqrt")]
    [TestCase("if (1 > 0)\n{\n    Console.WriteL|\n}", "WriteLine")]
    [TestCase("#!time\nMath.Sq|", "Sqrt")]
    [TestCase("#!markdown\nMath.Sq|", "")]
    [TestCase("var local = 1;\nloca|", "local,LocalDataStoreSlot")]
    [TestCase("int F(int parameter) => param|;", "parameter,ParamArrayAttribute")]
    [TestCase("Console.RKey|", "")]
    [TestCase("Console.RK|", "ReadKey")]
    public async Task Completion_finds_exactly(string code, string expected)
    {
        var reply = await CompleteAsync(code);
        Assert.That(string.Join(',', reply.Matches.Select(match => match.Text)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Everything_earlier_cells_declared_is_offered()
    {
        Write("Shapes.dll", "");
        TestLibrary.Compile(Path.Combine(Folder, "Shapes.dll"), "namespace Shapes { public class Pyramid { public int Corners; } }");
        await RunAsync("using System.IO;");
        await RunAsync("var counted = new List<int>(); record Point(int XValue); int Doubled(int x) => 2 * x;");
        await RunAsync("static class Texts { public static int Thrice(this int x) => 3 * x; }");
        await RunAsync("#r \"Shapes.dll\"");
        foreach (var (code, expected) in ((string, string)[])[
            ("Path.GetFileNameW|", "GetFileNameWithoutExtension"), ("count|", "counted"), ("new Point(1).XV|", "XValue"),
            ("Doub|", "Double,Doubled"), ("1.Thri|", "Thrice"), ("counted.AddR|", "AddRange"), ("new Shapes.Pyr|", "Pyramid")])
        {
            var reply = await CompleteAsync(code);
            Assert.That(string.Join(',', reply.Matches.Select(match => match.Text)), Is.EqualTo(expected), code);
        }
    }

    [Test]
    public async Task The_newest_declaration_of_a_name_counts()
    {
        await RunAsync("var value = 1;");
        await CompleteAsync("value.|");
        await RunAsync("var value = \"text\";");
        await RunAsync("var value = 1;");
        Assert.That((await CompleteAsync("value.Subs|")).Matches, Is.Empty);
        await RunAsync("var value = \"text\";");
        Assert.That((await CompleteAsync("value.Subs|")).Matches, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_replaced_library_is_seen_as_it_is_now()
    {
        await RunAsync("namespace N { public class A { public int Before; } }");
        Assert.That((await CompleteAsync("new N.A().Bef|")).Matches, Has.Count.EqualTo(1));
        await RunAsync("namespace N { public class A { public int After; } }");
        Assert.That((await CompleteAsync("new N.A().Bef|")).Matches, Is.Empty);
        Assert.That((await CompleteAsync("new N.A().Aft|")).Matches, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_match_tells_what_it_is_and_what_it_replaces()
    {
        var reply = await CompleteAsync("var root = Math.Sq|");
        Assert.That(reply, Has.Property("Start").EqualTo(16).And.Property("End").EqualTo(18));
        Assert.That(reply.Matches[0].Kind, Is.EqualTo("method"));
        Assert.That(reply.Matches[0].Signature, Is.EqualTo("double Math.Sqrt(double d)"));
    }

    [Test]
    public async Task Text_in_the_same_case_comes_first()
    {
        var reply = await CompleteAsync("Con|");
        Assert.That(reply.Matches.Select(match => match.Text), Does.Contain("Console"));
        Assert.That(reply.Matches.TakeWhile(match => match.Text.StartsWith("Con", StringComparison.Ordinal)), Is.Not.Empty);
    }

    [TestCase("#!ti|", "#!time")]
    [TestCase("#!he|", "#!help")]
    [TestCase("1 + 1\n#!mer|", "#!mermaid")]
    [TestCase("#!share|", "")]
    [TestCase("#!import se|", "setup.csx")]
    [TestCase("#load \"lib/|\"", "more.cs")]
    [TestCase("#r \"|", "lib/")]
    [TestCase("#r \"nuget:Plot|", "")]
    public async Task Directives_and_their_files_are_completed(string code, string expected)
    {
        Write("setup.csx", "");
        Write("lib/more.cs", "");
        var reply = await CompleteAsync(code);
        Assert.That(string.Join(',', reply.Matches.Select(match => match.Text)), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_running_cell_is_not_waited_for_and_its_declarations_are_known()
    {
        using var interrupt = new CancellationTokenSource();
        var running = Session.ExecuteAsync("var model = \"text\"; await Task.Delay(-1);", Output, interrupt.Token);
        CompletionReply reply;
        do
        {
            reply = await CompleteAsync("model.Subs|").WaitAsync(Patience.Long);
        }
        while (reply.Matches.Count == 0 && !running.IsCompleted);
        Assert.That(running.IsCompleted, Is.False);
        Assert.That(reply.Matches[0].Text, Is.EqualTo("Substring"));
        await interrupt.CancelAsync();
        await running;
    }

    [TestCase(-5)]
    [TestCase(100)]
    public async Task Positions_outside_the_code_are_moved_into_it(int position)
    {
        var reply = await Session.CompleteAsync("Math", position);
        Assert.That(reply.Start, Is.InRange(0, 4));
        Assert.That(reply.End, Is.InRange(0, 4));
    }

    private async Task<CompletionReply> CompleteAsync(string code)
    {
        var position = code.IndexOf('|');
        return await Session.CompleteAsync(code.Remove(position, 1), position);
    }
}
