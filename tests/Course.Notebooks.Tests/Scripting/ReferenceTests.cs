using Course.Notebooks.Scripting;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class ReferenceTests : SessionFixture
{
    private const string LoadContext = "System.Runtime.Loader.AssemblyLoadContext.GetLoadContext";

    [Test]
    public async Task An_assembly_finds_what_it_needs_in_its_own_folder()
    {
        var below = TestLibrary.Compile(Path.Combine(Folder, "lib", "Below.dll"), "public class Below { public int V = 7; }");
        TestLibrary.Compile(Path.Combine(Folder, "lib", "Above.dll"), "public class Above { public Below Make() => new Below(); }", below);
        await RunAsync("#r \"lib/Above.dll\"\nvar made = new Above().Make();");
        Assert.That(await RunAsync("made.V"), Is.EqualTo("7"));
    }

    [Test]
    public async Task An_assembly_reached_on_several_ways_is_one_assembly()
    {
        var below = TestLibrary.Compile(Path.Combine(Folder, "lib", "Below.dll"), "public class Below { public static int Count; }");
        var above = TestLibrary.Compile(
            Path.Combine(Folder, "lib", "Above.dll"), "public class Above { public static int Add() => ++Below.Count; }", below);
        Directory.CreateDirectory(Path.Combine(Folder, "copy"));
        File.Copy(below, Path.Combine(Folder, "copy", "Below.dll"));
        Write("setup.csx", "#r \"lib/Above.dll\"\n#r \"lib/Below.dll\"");

        await RunAsync("#!import setup.csx\nAbove.Add();");
        await RunAsync("#!import setup.csx\n#r \"./lib/../lib/Below.dll\"\nBelow.Count++;");
        await RunAsync($"#r \"{above.Replace('\\', '/')}\"\n#r \"copy/Below.dll\"\nAbove.Add();");
        Assert.That(await RunAsync("Below.Count"), Is.EqualTo("3"));
        Assert.That(
            await RunAsync($"{LoadContext}(typeof(Above).Assembly).Assemblies.Count(a => a.GetName().Name == \"Below\")"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Plotly_and_its_chain_load_from_their_folder_each_once()
    {
        var folder = TestContext.CurrentContext.TestDirectory.Replace('\\', '/');
        await RunAsync($"""
            #r "{folder}/Plotly.NET.dll"
            #r "{folder}/Plotly.NET.CSharp.dll"
            using Plotly.NET.CSharp;
            var chart = Chart.Point<double, double, string>(x: new[] {"{"} 1.0, 2.0 {"}"}, y: new[] {"{"} 3.0, 4.0 {"}"});
            """);
        await RunAsync($"#r \"{folder}/FSharp.Core.dll\"\nvar some = Microsoft.FSharp.Core.FSharpOption<int>.Some(1);");
        Assert.That(await RunAsync("Plotly.NET.GenericChart.toChartHTML(chart)"), Does.Contain("\"type\":\"scatter\""));
        foreach (var name in (string[])["FSharp.Core", "Plotly.NET", "DynamicObj", "Giraffe.ViewEngine", "Newtonsoft.Json"])
        {
            Assert.That(
                await RunAsync($"{LoadContext}(chart.GetType().Assembly).Assemblies.Count(a => a.GetName().Name == \"{name}\")"),
                Is.EqualTo("1"), name);
        }
        Assert.That(await RunAsync("some.GetType().Assembly.Location"), Does.EndWith("FSharp.Core.dll"));
    }

    [Test]
    public async Task Of_an_assembly_the_engine_shares_there_is_only_the_engines_copy()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "lib"));
        Type[] shared = [typeof(Microsoft.DotNet.Interactive.Formatting.Formatter), typeof(CSharpSession), typeof(Microsoft.AspNetCore.Html.IHtmlContent)];
        foreach (var type in shared)
        {
            var name = Path.GetFileName(type.Assembly.Location);
            File.Copy(type.Assembly.Location, Path.Combine(Folder, "lib", name));
            await RunAsync($"#r \"lib/{name}\"");
        }
        var location = await RunAsync("typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly.Location");
        Assert.That(location, Is.EqualTo(typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly.Location));
    }

    [Test]
    public async Task A_library_registers_formatters_with_the_engine()
    {
        TestLibrary.Compile(
            Path.Combine(Folder, "Weights.dll"),
            """
            using Microsoft.DotNet.Interactive.Formatting;
            public class Weight
            {
                public static void Register() => Formatter.Register<Weight>(weight => "<b>1 kg</b>", "text/html");
            }
            """,
            Path.Combine(TestContext.CurrentContext.TestDirectory, "Microsoft.DotNet.Interactive.Formatting.dll"),
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "netstandard.dll"));
        await RunAsync("#r \"Weights.dll\"\nWeight.Register();");
        var reply = await Session.ExecuteAsync("new Weight()", Output);
        Assert.That(reply.Result!.Data["text/html"], Is.EqualTo("<b>1 kg</b>"));
        Microsoft.DotNet.Interactive.Formatting.Formatter.ResetToDefault();
    }

    [Test]
    public async Task A_package_of_dotnet_interactive_does_not_make_the_engines_types_ambiguous()
    {
        TestLibrary.Compile(
            Path.Combine(Folder, "Microsoft.DotNet.Interactive.dll"),
            "namespace Microsoft.DotNet.Interactive { public static class Kernel { public static void display(object value) { } } }");
        await RunAsync("#r \"Microsoft.DotNet.Interactive.dll\"\ndisplay(1);\nMicrosoft.DotNet.Interactive.Kernel.display(2);");
        Assert.That(Output.Displays, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Another_build_of_an_assembly_in_use_is_refused()
    {
        TestLibrary.Compile(Path.Combine(Folder, "one", "Lib.dll"), "public class A { public int V = 1; }");
        TestLibrary.Compile(Path.Combine(Folder, "two", "Lib.dll"), "public class A { public int V = 2; }");
        await RunAsync("#r \"one/Lib.dll\"");
        var error = await FailAsync("var before = 1;\n#r \"two/Lib.dll\"");
        Assert.That(error.Value, Does.StartWith("cell line 2: Lib").And.Contains("already in use").And.Contains("Restart the notebook"));
        Assert.That(await RunAsync("new A().V"), Is.EqualTo("1"));
    }

    [TestCase("#r \"missing.dll\"", "there is no file")]
    [TestCase("#r \"text.dll\"", "is no .NET assembly")]
    [TestCase("#r \"empty.dll\"", "is no .NET assembly")]
    [TestCase("#r \"\"", "file name is missing")]
    [TestCase("#r missing.dll", "in double quotes")]
    [TestCase("#r \"unclosed", "in double quotes")]
    [TestCase("#r \"a\" \"b\"", "in double quotes")]
    [TestCase("#r", "in double quotes")]
    public async Task A_reference_that_cannot_be_had_is_an_error_with_its_line(string directive, string message)
    {
        Write("text.dll", "just text");
        Write("empty.dll", "");
        var error = await FailAsync("// first line\n" + directive + "\nConsole.Write(1);");
        Assert.That(error.Value, Does.StartWith("cell line 2: ").And.Contains(message));
        Assert.That(error.Line, Is.EqualTo(2));
        Assert.That(error.Traceback[^1], Is.EqualTo("   in cell line 2: " + directive));
        Assert.That(Output.Events, Is.Empty);
    }

    [TestCase("#r \"System.Net.Http\"\ntypeof(System.Net.Http.HttpClient).Name", "HttpClient")]
    [TestCase("#r \"lib.dll\" // why\n1", "1")]
    public async Task References_of_other_forms_work(string code, string expected)
    {
        TestLibrary.Compile(Path.Combine(Folder, "lib.dll"), "public class A { }");
        Assert.That(await RunAsync(code), Is.EqualTo(expected));
    }

    [Test]
    public async Task Libraries_that_load_by_name_find_the_notebooks_assemblies()
    {
        TestLibrary.Compile(Path.Combine(Folder, "Plugin.dll"), "public class Plugin { }");
        await RunAsync("#r \"Plugin.dll\"");
        Assert.That(await RunAsync("Type.GetType(\"Plugin, Plugin\") == typeof(Plugin)"), Is.EqualTo("True"));
        Assert.That(await RunAsync("System.Reflection.Assembly.Load(\"Plugin\").GetType(\"Plugin\") == typeof(Plugin)"), Is.EqualTo("True"));
    }
}
