using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting.Services;

public sealed class InspectionTests : SessionFixture
{
    [TestCase("Console.WriteLi|ne", "void Console.WriteLine()  (+ ")]
    [TestCase("Math.Sqrt|", "double Math.Sqrt(double d)")]
    [TestCase("Math.Sqrt(|", "double Math.Sqrt(double d)")]
    [TestCase("Math.Sqrt(2|)", "double Math.Sqrt(double d)")]
    [TestCase("var random = new Ran|dom(1);", "Random.Random(int Seed)")]
    [TestCase("va|r x = new List<int>();", "class System.Collections.Generic.List<int>")]
    [TestCase("in|t x = 1;", "readonly struct System.Int32")]
    [TestCase("new[] { 1 }.Su|m()", "int Enumerable.Sum(this IEnumerable<int> source)")]
    [TestCase("#!ti|me", "#!time")]
    public async Task The_signature_comes_first(string code, string expected) =>
        Assert.That(await PlainAsync(code), Does.StartWith(expected));

    [TestCase("|")]
    [TestCase("unknown|")]
    [TestCase("// Math.Sqrt|")]
    public async Task What_means_nothing_gives_nothing(string code) => Assert.That(await InspectAsync(code), Is.Null);

    [Test]
    public async Task Documentation_of_a_cell_is_shown_with_names_for_references()
    {
        await RunAsync("""
            /// <summary>Adds <paramref name="a"/> to the <see cref="System.String"/> <c>*b*</c>.</summary>
            /// <param name="a">The *first* number.</param>
            /// <param name="b">See <see cref="System.Math.Sqrt(System.Double)"/> or <see langword="null"/>.</param>
            /// <returns>The sum.<para>Never more.</para></returns>
            /// <exception cref="System.OverflowException">It is too large.</exception>
            /// <remarks>Slow.</remarks>
            int Add(int a, int b) => a + b;
            """);
        var reply = (await InspectAsync("Ad|d", InspectionDetail.Full))!;
        Assert.That(reply.Bundle.Data["text/plain"], Is.EqualTo("""
            int Add(int a, int b)

            Adds a to the String *b*.

            Parameters:
              a: The *first* number.
              b: See Math.Sqrt or null.

            Returns:
              The sum.
              Never more.

            Exceptions:
              OverflowException: It is too large.

            Remarks:
              Slow.
            """.ReplaceLineEndings("\n")));
        Assert.That(reply.Bundle.Data["text/markdown"], Does.StartWith("```csharp\nint Add(int a, int b)\n```")
            .And.Contains("the `String` `*b*`").And.Contains(@"The \*first\* number"));
        Assert.That(reply.Bundle.Data["text/html"], Does.Contain("<code>Math.Sqrt</code>"));
        var brief = await PlainAsync("Ad|d");
        Assert.That(brief, Does.Contain("The sum").And.Not.Contains("Slow"));
    }

    [Test]
    public async Task The_documentation_of_dotnet_and_of_a_referenced_assembly_is_found()
    {
        TestLibrary.Compile(Path.Combine(Folder, "Birds.dll"), "public class Owl { public void Call() { } public class Egg { } }");
        Write("Birds.xml", "<doc><members><member name=\"T:Owl\"><summary>A bird &amp; more.</summary></member></members></doc>");
        await RunAsync("#r \"Birds.dll\"\nvar owl = new Owl();");
        Assert.That(await PlainAsync("Ow|l x"), Is.EqualTo("class Owl\n\nA bird & more."));
        Assert.That(await PlainAsync("ow|l"), Is.EqualTo("Owl owl\n\nA bird & more."));
        var full = (await InspectAsync("Ow|l x", InspectionDetail.Full))!.Bundle.Data["text/plain"];
        Assert.That(full, Does.Contain("Members:").And.Contains("void Owl.Call()"));
        Assert.That(await PlainAsync("Math.Sq|rt"), Does.Contain("square root"));
    }

    [Test]
    public async Task Inherited_documentation_is_followed_and_a_broken_comment_is_as_good_as_none()
    {
        await RunAsync("""
            interface IBird { /// <summary>Makes a sound.</summary>
                void Call(); }
            class Owl : IBird { /// <inheritdoc/>
                public void Call() { } /// <summary>Broken.
                public void Sleep() { } }
            """);
        Assert.That(await PlainAsync("new Owl().Cal|l()"), Does.EndWith("Makes a sound."));
        Assert.That(await PlainAsync("new Owl().Slee|p()"), Is.EqualTo("void Owl.Sleep()"));
    }

    [Test]
    public async Task Help_shows_overloads_in_the_pager()
    {
        await RunAsync("#!help Math.Round");
        Assert.That(Output.Displays.Single().Data["text/plain"], Does.StartWith("decimal Math.Round(decimal d)").And.Contains("Overloads:"));
        await RunAsync("var number = 1;\n#!help number");
        Assert.That(Output.Displays[^1].Data["text/plain"], Does.StartWith("int number"));
        Assert.That((await FailAsync("#!help")).Value, Does.Contain("needs a name"));
        Assert.That((await FailAsync("#!help Nonsense")).Value, Does.Contain("nothing is known"));
    }

    private async Task<InspectionReply?> InspectAsync(string code, InspectionDetail detail = InspectionDetail.Brief)
    {
        var position = code.IndexOf('|');
        return await Session.InspectAsync(code.Remove(position, 1), position, detail);
    }

    private async Task<string> PlainAsync(string code) => (await InspectAsync(code))!.Bundle.Data["text/plain"];
}
