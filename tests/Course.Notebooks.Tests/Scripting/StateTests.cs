using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class StateTests : SessionFixture
{
    [Test]
    public async Task VariablesTypesMethodsAndUsingsStay()
    {
        await RunAsync("using System.IO;\nvar x = 20; record Point(int X, int Y); int Add(int a, int b) => a + b;");
        Assert.That(await RunAsync("Add(x, new Point(1, 2).Y) + Path.GetFileName(\"a/b\").Length"), Is.EqualTo("23"));
    }

    [Test]
    public async Task NamesCanBeDeclaredAgainWithAnotherType()
    {
        await RunAsync("var x = 1; class C { public int V = 1; }");
        await RunAsync("var x = \"text\"; class C { public string V = \"new\"; }");
        Assert.That(await RunAsync("x + new C().V"), Is.EqualTo("textnew"));
    }

    [Test]
    public async Task WhatWasSetBeforeAnExceptionStays()
    {
        var error = await FailAsync("var first = 1;\nthrow new InvalidOperationException(\"stop\");\nvar second = 2;");
        Assert.That(error.Name, Is.EqualTo("System.InvalidOperationException"));
        Assert.That(await RunAsync("first"), Is.EqualTo("1"));
    }

    [Test]
    public async Task UsingsAloneInACellStay()
    {
        await RunAsync("using System.IO;");
        await RunAsync("// a comment alone");
        await RunAsync("var name = Path.GetFileName(\"a/b.txt\");");
        Assert.That(await RunAsync("name"), Is.EqualTo("b.txt"));
    }

    [Test]
    public async Task AFailedCompilationChangesNothing()
    {
        await RunAsync("var x = 1;");
        await FailAsync("using System.IO;\nvar x = missing;");
        Assert.That(await RunAsync("x"), Is.EqualTo("1"));
    }

    [Test]
    public async Task AFirstCellThatFailsLeavesAUsableSession()
    {
        await FailAsync("nonsense nonsense");
        await FailAsync("int[] none = null; var n = none.Length;");
        Assert.That(await RunAsync("new List<int> { 1 }.Sum()"), Is.EqualTo("1"));
    }

    [Test]
    public async Task ManyCellsShareOneChain()
    {
        await RunAsync("var total = 0;");
        for (var cell = 0; cell < 40; cell++)
        {
            await RunAsync($"total += {cell};");
        }
        Assert.That(await RunAsync("total"), Is.EqualTo("780"));
    }

    [Test]
    public async Task TheLanguageIsCSharp14WithNullableOffAndUnsafeAllowed()
    {
        Assert.That(await RunAsync("unsafe { int n = 3; int* p = &n; *p = 4; Console.Write(n); }\nstring s = null;"), Is.Empty);
        Assert.That(Output.Out, Is.EqualTo("4"));
        await RunAsync("class P { public int V { get; set => field = value * 2; } }");
        Assert.That(await RunAsync("P p = new() { V = 2 }; p?.V = 5;\np.V"), Is.EqualTo("10"));
    }

    [TestCase("System.IO", "Path.PathSeparator")]
    [TestCase("System.Threading", "Thread.CurrentThread.Name")]
    public async Task NamespacesNotAmongTheImplicitOnesMustBeNamed(string namespaceName, string code)
    {
        Assert.That((await FailAsync(code)).Name, Is.EqualTo("CompilationError"));
        await RunAsync($"using {namespaceName};\n{code}");
    }

    [Test]
    public async Task CellsRunInInvariantCulture()
    {
        Assert.That(
            await RunAsync("System.Globalization.CultureInfo.CurrentCulture.Name + 0.5.ToString()"), Is.EqualTo("0.5"));
        Assert.That(
            await RunAsync("await Task.Run(() => System.Globalization.CultureInfo.CurrentCulture.Name)"), Is.Empty);
    }

    [Test]
    public void AFolderThatDoesNotExistIsRefused()
    {
        var missing = Path.Combine(Folder, "missing");
        var error = Assert.Throws<DirectoryNotFoundException>(() => new Notebooks.Scripting.CSharpSession(new(missing)));
        Assert.That(error!.Message, Does.Contain(missing));
    }
}
