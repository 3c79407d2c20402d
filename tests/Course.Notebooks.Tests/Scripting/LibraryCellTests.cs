using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class LibraryCellTests : SessionFixture
{
    [Test]
    public async Task Extension_methods_work_in_their_cell_and_later()
    {
        await RunAsync("using System.IO;");
        Assert.That(
            await RunAsync("""
                static class Texts
                {
                    public static string Name(this string path) => Path.GetFileName(path);
                    public static int Twice(this int value) => 2 * value;
                }
                "a/b".Name() + 4.Twice()
                """),
            Is.EqualTo("b8"));
        Assert.That(await RunAsync("Texts.Twice(3.Twice())"), Is.EqualTo("12"));
    }

    [Test]
    public async Task Extension_blocks_work()
    {
        await RunAsync("static class Texts { extension(string text) { public int Size => text.Length; } }");
        Assert.That(await RunAsync("\"four\".Size"), Is.EqualTo("4"));
    }

    [TestCase("namespace Birds { class Owl { public string Call => \"hoo\"; } }")]
    [TestCase("namespace Birds;\nclass Owl\n{\n    public string Call => Says.Hoo.ToString().ToLower();\n}\nenum Says { Hoo }")]
    [TestCase("namespace Birds { internal record Owl { public string Call => \"hoo\"; } delegate void D(); struct S { } }")]
    public async Task Namespaces_work(string code)
    {
        await RunAsync(code);
        Assert.That(await RunAsync("using Birds;\nnew Owl().Call"), Is.EqualTo("hoo"));
    }

    [Test]
    public async Task The_same_cell_can_be_run_again()
    {
        const string cell = "namespace N { public class A { public int V = 1; } }\nvar a = new N.A();";
        await RunAsync(cell);
        await RunAsync(cell);
        Assert.That(await RunAsync("a.V"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_changed_declaration_replaces_the_earlier_one_and_its_neighbours_stay()
    {
        await RunAsync("static class E { public static int F(this int x) => 1; }\nclass Neighbour { public int V = 5; }\n1.F();");
        await RunAsync("\nstatic class E { public static int F(this int x) => 2; public static int G(this int x) => 3; }");
        Assert.That(await RunAsync("0.F() * 100 + 0.G() * 10 + new Neighbour().V"), Is.EqualTo("235"));
    }

    [Test]
    public async Task A_variable_of_a_replaced_type_must_be_set_again()
    {
        await RunAsync("namespace N { public class A { public int V = 1; } }\nvar a = new N.A();");
        await RunAsync("namespace N { public class A { public string V = \"new\"; } }");
        Assert.That((await FailAsync("a.V")).Traceback, Has.Some.Contains("run the cell that sets the variable again"));
        Assert.That(await RunAsync("var a = new N.A();\na.V"), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_change_that_breaks_earlier_cells_is_refused_and_changes_nothing()
    {
        await RunAsync("namespace N { public class A { public int V = 1; } }");
        await RunAsync("\nvar sum = new N.A().V;");
        var error = await FailAsync("namespace N { public class A { public int W = 2; } }");
        Assert.That(error.Traceback[0], Does.StartWith("an earlier cell line 2, column 21: error CS1061"));
        Assert.That(error.Traceback[^1], Does.Contain("Restart the notebook"));
        Assert.That(await RunAsync("new N.A().V"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Lines_and_columns_stay_those_of_the_cell()
    {
        var error = await FailAsync("\nvar first = 1;\n    static class E { public static int F(this int x) => missing; }");
        Assert.That(error.Value, Does.StartWith("cell line 3, column 57: error CS0103"));
        Assert.That(error.Traceback[^1], Does.Contain("compiled as a library"));

        error = await FailAsync("""
            using System.IO;
            namespace A { class First { } class Second { public static void Fail()
            {
                throw new InvalidDataException("bad");
            } } }
            A.Second.Fail();
            """);
        Assert.That(error.Traceback.Skip(1), Is.EqualTo(new[]
        {
            "   in cell line 4: throw new InvalidDataException(\"bad\");", "   in cell line 6: A.Second.Fail();",
        }));
    }

    [Test]
    public async Task Usings_of_types_declared_in_cells_do_no_harm()
    {
        await RunAsync("class Helper { public static int One => 1; }");
        await RunAsync("using static Helper;\nusing H = Helper;\nvar one = One;");
        await RunAsync("static class E { public static int Next(this int x) => x + 1; }");
        Assert.That(await RunAsync("One.Next()"), Is.EqualTo("2"));
    }
}
