using Course.Notebooks.Scripting;
using Course.Notebooks.Scripting.Directives;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Scripting;

public sealed class CellParserTests
{
    private static readonly string[] Lines =
    [
        "var x = 1;", "", "  #!time", "#!time", "#r \"a.dll\"", "#i \"nuget:x\"", "#load \"a.csx\"", "#!markdown", "# Title", "#!csharp",
        "#!import a.csx", "#region a", "#endregion", "// #!time", "#!html", "text #!time", "#!unknown thing", "#pragma warning disable",
        "\tint y;", "#rx", "#loader",
    ];

    [FsCheck.NUnit.Property(Arbitrary = [typeof(RandomCell)], MaxTest = 500)]
    public bool Every_line_keeps_its_number_whatever_directives_stand_around_it(string[] lines)
    {
        var parts = Parse(string.Join('\n', lines));
        return parts.All(part => part switch
        {
            // A line of code stands, unchanged, at its own number; every other line of that part is empty.
            CodePart code => code.Code.Split('\n').Index().All(line => line.Item.Length == 0 || line.Item == lines[line.Index])
                && lines[code.Line - 1].Trim().Length > 0,
            DirectivePart directive => lines[directive.Line - 1] == $"{directive.Name} {directive.Argument}".Trim(),
            TextPart text => lines[text.Line - 1] == text.Language
                && lines.Skip(text.Line).Take(text.Text.Split('\n').Length).SequenceEqual(text.Text.Split('\n')) || text.Text.Length == 0,
            _ => false,
        });
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(RandomCell)], MaxTest = 500)]
    public bool No_line_is_lost_and_none_appears_twice(string[] lines)
    {
        var languages = DirectiveTable.TextNames.Concat(DirectiveTable.CSharpNames);
        var kept = Parse(string.Join('\n', lines)).SelectMany(part => part switch
        {
            CodePart code => code.Code.Split('\n'),
            TextPart text => text.Text.Split('\n'),
            DirectivePart directive => [$"{directive.Name} {directive.Argument}".Trim()],
            _ => [],
        });
        return kept.Where(line => line.Trim().Length > 0).Order(StringComparer.Ordinal)
            .SequenceEqual(lines.Where(line => line.Trim().Length > 0 && !languages.Contains(line)).Order(StringComparer.Ordinal));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Any_text_can_be_parsed(string? text) => Parse(text ?? "").Count >= 0;

    [TestCase("var s = @\"\n#!time\n\";")]
    [TestCase("var s = \"\"\"\n    #x\n#r \"no.dll\"\n    \"\"\";")]
    [TestCase("var s = $@\"{1}\n#!time\n\";")]
    [TestCase("var s = $\"\"\"\n#!time\n{1}\n#!time\n\"\"\";")]
    [TestCase("/*\n#!time\n#r \"no.dll\"\n*/")]
    [TestCase("#if NOT_DEFINED\n#r \"no.dll\"\n#endif")]
    [TestCase("  #!time")]
    [TestCase("#region one\n#endregion")]
    [TestCase("#nullable enable\n#pragma warning disable\nvar x = 1;")]
    public void What_only_looks_like_a_directive_is_code(string text)
    {
        var parts = Parse(text);
        Assert.That(parts, Has.Count.EqualTo(1));
        Assert.That(parts[0], Is.EqualTo(new CodePart(text.Split('\n').TakeWhile(line => line.Length == 0).Count() + 1, text)));
    }

    [TestCase("// a comment \"\n#!time", "#!time", "")]
    [TestCase("var s = \"\"; /* done */\n#!import  a b.csx  ", "#!import", "a b.csx")]
    [TestCase("var s = @\"\";\n#r \"nuget: A, 1\"", "#r", "\"nuget: A, 1\"")]
    [TestCase("#r\"a.dll\"", "#r", "\"a.dll\"")]
    [TestCase("var s = $\"{1}\";\n#!time", "#!time", "")]
    [TestCase("var s = $\"\"\"\n{1}\n\"\"\";\n#!time", "#!time", "")]
    [TestCase("x\r\n#!time\r\ny", "#!time", "")]
    public void A_directive_in_column_one_is_found(string text, string name, string argument)
    {
        var directive = Parse(text).OfType<DirectivePart>().Single();
        Assert.That((directive.Name, directive.Argument), Is.EqualTo((name, argument)));
    }

    [Test]
    public void Language_directives_split_the_cell()
    {
        var parts = Parse("var a = 1;\n#!markdown\n# Title\n#r is text here\n#!csharp\nvar b = 2;\n#!html\n<b>");
        Assert.That(parts, Is.EqualTo(new CellPart[]
        {
            new CodePart(1, "var a = 1;"),
            new TextPart(2, "#!markdown", "# Title\n#r is text here"),
            new CodePart(6, "\n\n\n\n\nvar b = 2;"),
            new TextPart(7, "#!html", "<b>"),
        }));
    }

    private static IReadOnlyList<CellPart> Parse(string text) =>
        CellParser.Parse(text, DirectiveTable.TextNames, DirectiveTable.CSharpNames);

    private static class RandomCell
    {
        public static Arbitrary<string[]> Cell() => Gen.Elements(Lines).ArrayOf().ToArbitrary();
    }
}
