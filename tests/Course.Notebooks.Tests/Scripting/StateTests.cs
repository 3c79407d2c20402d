using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class StateTests : SessionFixture
{
    [Test]
    public async Task Variables_types_methods_and_usings_stay()
    {
        await RunAsync("using System.IO;\nvar x = 20; record Point(int X, int Y); int Add(int a, int b) => a + b;");
        Assert.That(await RunAsync("Add(x, new Point(1, 2).Y) + Path.GetFileName(\"a/b\").Length"), Is.EqualTo("23"));
    }

    [Test]
    public async Task Names_can_be_declared_again_with_another_type()
    {
        await RunAsync("var x = 1; class C { public int V = 1; }");
        await RunAsync("var x = \"text\"; class C { public string V = \"new\"; }");
        Assert.That(await RunAsync("x + new C().V"), Is.EqualTo("textnew"));
    }

    [Test]
    public async Task What_was_set_before_an_exception_stays()
    {
        var error = await FailAsync("var first = 1;\nthrow new InvalidOperationException(\"stop\");\nvar second = 2;");
        Assert.That(error.Name, Is.EqualTo("System.InvalidOperationException"));
        Assert.That(await RunAsync("first"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Usings_alone_in_a_cell_stay()
    {
        await RunAsync("using System.IO;");
        await RunAsync("// a comment alone");
        await RunAsync("var name = Path.GetFileName(\"a/b.txt\");");
        Assert.That(await RunAsync("name"), Is.EqualTo("b.txt"));
    }

    [Test]
    public async Task A_failed_compilation_changes_nothing()
    {
        await RunAsync("var x = 1;");
        await FailAsync("using System.IO;\nvar x = missing;");
        Assert.That(await RunAsync("x"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_first_cell_that_fails_leaves_a_usable_session()
    {
        await FailAsync("nonsense nonsense");
        await FailAsync("int[] none = null; var n = none.Length;");
        Assert.That(await RunAsync("new List<int> { 1 }.Sum()"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Many_cells_share_one_chain()
    {
        await RunAsync("var total = 0;");
        for (var cell = 0; cell < 40; cell++)
        {
            await RunAsync($"total += {cell};");
        }
        Assert.That(await RunAsync("total"), Is.EqualTo("780"));
    }

    [Test]
    public async Task Cells_that_declare_nothing_leave_no_trace_among_those_that_do()
    {
        await RunAsync("var list = new List<Func<int>>();");
        for (var cell = 0; cell < 20; cell++)
        {
            await RunAsync($"list.Add(() => {cell} + list.Count);");
            await RunAsync($"var v{cell} = {cell};");
            await RunAsync($"_ = Task.Run(async () => {{ await Task.Yield(); lock (list) v{cell} += 100; }});");
        }
        Assert.That(await RunAsync("list.Select(f => f()).Sum()"), Is.EqualTo("590"));
        await RunAsync("while (v0 + v19 < 219) await Task.Delay(1);");
        Assert.That(await RunAsync("if (list[0]() is var found && found > 0) { }\nfound"), Is.EqualTo("20"));
        Assert.That(await RunAsync("found + v7 % 100"), Is.EqualTo("27"));
    }

    [Test]
    public async Task The_language_is_CSharp_14_with_nullable_off_and_unsafe_allowed()
    {
        Assert.That(await RunAsync("unsafe { int n = 3; int* p = &n; *p = 4; Console.Write(n); }\nstring s = null;"), Is.Empty);
        Assert.That(Output.Out, Is.EqualTo("4"));
        await RunAsync("class P { public int V { get; set => field = value * 2; } }");
        Assert.That(await RunAsync("P p = new() { V = 2 }; p?.V = 5;\np.V"), Is.EqualTo("10"));
    }

    [TestCase("System.IO", "Path.PathSeparator")]
    [TestCase("System.Threading", "Thread.CurrentThread.Name")]
    public async Task Namespaces_not_among_the_implicit_ones_must_be_named(string namespaceName, string code)
    {
        Assert.That((await FailAsync(code)).Name, Is.EqualTo("CompilationError"));
        await RunAsync($"using {namespaceName};\n{code}");
    }

    [Test]
    public async Task Cells_run_in_invariant_culture()
    {
        Assert.That(
            await RunAsync("System.Globalization.CultureInfo.CurrentCulture.Name + 0.5.ToString()"), Is.EqualTo("0.5"));
        Assert.That(
            await RunAsync("await Task.Run(() => System.Globalization.CultureInfo.CurrentCulture.Name)"), Is.Empty);
    }

    [Test]
    public void A_folder_that_does_not_exist_is_refused()
    {
        var missing = Path.Combine(Folder, "missing");
        var error = Assert.Throws<DirectoryNotFoundException>(() => new Notebooks.Scripting.CSharpSession(new(missing)));
        Assert.That(error!.Message, Does.Contain(missing));
    }
}
