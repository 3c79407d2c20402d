using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

/// <summary>How documentation XML becomes plain text, on small files written here.</summary>
[TestFixture]
public class DocumentationTextTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private DotnetDocumentation Load(params string[] members)
    {
        File.WriteAllText(folder.At("Test.xml"), $"""
            <?xml version="1.0" encoding="utf-8"?>
            <doc><assembly><name>Test</name></assembly><members>
            {string.Join('\n', members)}
            </members></doc>
            """);
        return DotnetDocumentation.LoadFolder(folder.Root);
    }

    private string Summary(string xml, params string[] others) =>
        Load([$"<member name=\"M:Sea.Boat.Sail\"><summary>{xml}</summary></member>", .. others]).Single(m => m.Id == "M:Sea.Boat.Sail").Summary;

    [TestCase("Always throws <see cref=\"T:System.InvalidCastException\" />.", "Always throws InvalidCastException.")]
    [TestCase("Returns <see langword=\"true\" /> or <see langword=\"null\"/>.", "Returns true or null.")]
    [TestCase("The <paramref name=\"value\" /> of a <typeparamref name=\"T\" />.", "The value of a T.")]
    [TestCase("A <see cref=\"T:System.Collections.Generic.List`1\" />.", "A List<T>.")]
    [TestCase("A <see cref=\"T:A.Map`2\" />.", "A Map<T1, T2>.")]
    [TestCase("A <see cref=\"T:A.List{System.Int32}\" />.", "A List<int>.")]
    [TestCase("Call <see cref=\"M:A.Stream.Read(System.Byte[],System.Int32)\" /> first.", "Call Stream.Read first.")]
    [TestCase("Call <see cref=\"M:A.Linq.Select``2(A.Seq{``0},A.Func{``0,``1})\" />.", "Call Linq.Select.")]
    [TestCase("See <see cref=\"P:A.List`1.Count\" />, <see cref=\"F:A.Day.Monday\" /> and <see cref=\"E:A.Timer.Tick\" />.",
        "See List<T>.Count, Day.Monday and Timer.Tick.")]
    [TestCase("A new <see cref=\"M:A.Boat.#ctor(System.Int32)\" />.", "A new Boat.")]
    [TestCase("The <see cref=\"N:System.Linq\" /> names, <see cref=\"Overload:A.Boat.Sail\" />.", "The System.Linq names, Boat.Sail.")]
    [TestCase("By <see cref=\"T:A.Boat\">a boat</see>.", "By a boat.")]
    [TestCase("By <see cref=\"T:A.Boat\"></see>.", "By Boat.")]
    [TestCase("At <see href=\"https://example.org/\" /> or <see href=\"https://example.org/\">here</see>.", "At https://example.org/ or here.")]
    [TestCase("By <xref data-throw-if-not-resolved=\"true\" uid=\"A.Boat\"></xref>.", "By Boat.")]
    [TestCase("The <c>a &lt; b</c> and <code data-dev-comment-type=\"paramref\">b</code>.", "The a < b and b.")]
    [TestCase("  Runs \n\t of   blanks. ", "Runs of blanks.")]
    [TestCase("<para>One.</para><para> Two. </para>", "One.\nTwo.")]
    [TestCase("One.<br />Two.", "One.\nTwo.")]
    [TestCase("Starts <para>inside.</para> And ends.", "Starts\ninside.\nAnd ends.")]
    [TestCase("Either:<list type=\"bullet\"><item><description>this</description></item><item>that</item></list>Done.",
        "Either:\nthis\nthat\nDone.")]
    [TestCase("<list type=\"table\"><listheader><term>Value</term><description>Meaning</description></listheader>"
        + "<item><term> Zero </term><description>Equal.</description></item></list>", "Zero: Equal.")]
    [TestCase("2<sup>10</sup> is 1024", "2^10 is 1024")]
    [TestCase("An <em>emphasised</em> and <unknown>odd</unknown> word .", "An emphasised and odd word.")]
    [TestCase("The .NET runtime and , oddly, a .json file.", "The .NET runtime and, oddly, a .json file.")]
    [TestCase("<![CDATA[a <b> c]]> &amp; d", "a <b> c & d")]
    public void Sentences_stay_whole(string xml, string text) => Assert.That(Summary(xml), Is.EqualTo(text));

    [Test]
    public void Type_parameters_and_nested_types_are_named_as_they_are_documented()
    {
        var text = Summary(
            "A <see cref=\"T:Sea.Map`2.Keys\" /> of a <see cref=\"T:Sea.Map`2\" />.",
            "<member name=\"T:Sea.Map`2\"><typeparam name=\"TKey\">k</typeparam><typeparam name=\"TValue\">v</typeparam></member>",
            "<member name=\"T:Sea.Map`2.Keys\"><summary>Keys.</summary></member>");
        Assert.That(text, Is.EqualTo("A Map<TKey, TValue>.Keys of a Map<TKey, TValue>."));
    }

    [TestCase("T:Sea.Boat", MemberKind.Type, "Boat", "Boat")]
    [TestCase("M:Sea.Boat.#ctor", MemberKind.Constructor, "Boat", "Boat()")]
    [TestCase("M:Sea.Boat.#ctor(System.String,System.Int32[])", MemberKind.Constructor, "Boat", "Boat(string, int[])")]
    [TestCase("M:Sea.Boat.Sail", MemberKind.Method, "Boat.Sail", "Boat.Sail()")]
    [TestCase("M:Sea.Boat.Sail(System.Double@,System.Int32[0:,0:],System.Char*)", MemberKind.Method, "Boat.Sail", "Boat.Sail(ref double, int[,], char*)")]
    [TestCase("M:Sea.Boat.Sail(System.Guid@|Sea.Marker,System.Int32)", MemberKind.Method, "Boat.Sail", "Boat.Sail(ref Guid, int)")]
    [TestCase("M:Sea.Boat.Sail(delegate* unmanaged{System.Int32, System.Void},Sea.Boat)", MemberKind.Method,
        "Boat.Sail", "Boat.Sail(delegate* unmanaged<int, void>, Boat)")]
    [TestCase("M:Sea.Boat.Carry``1(``0,System.Collections.Generic.IDictionary{System.String,``0[]})", MemberKind.Method,
        "Boat.Carry", "Boat.Carry(TCargo, IDictionary<string, TCargo[]>)")]
    [TestCase("M:Sea.Map`2.Add(`0,`1)", MemberKind.Method, "Map<TKey, TValue>.Add", "Map<TKey, TValue>.Add(TKey, TValue)")]
    [TestCase("M:Sea.Map`2.Keys.Copy(Sea.Map{`0,`1}.Keys)", MemberKind.Method,
        "Map<TKey, TValue>.Keys.Copy", "Map<TKey, TValue>.Keys.Copy(Map<TKey, TValue>.Keys)")]
    [TestCase("P:Sea.Boat.Item(System.Int32)", MemberKind.Property, "Boat.Item", "Boat.Item[int]")]
    [TestCase("P:Sea.Boat.Length", MemberKind.Property, "Boat.Length", "Boat.Length")]
    [TestCase("F:Sea.Boat.Wheel", MemberKind.Field, "Boat.Wheel", "Boat.Wheel")]
    [TestCase("E:Sea.Boat.Sunk", MemberKind.Event, "Boat.Sunk", "Boat.Sunk")]
    [TestCase("M:Sea.Boat.op_Addition(Sea.Boat,Sea.Boat)", MemberKind.Operator, "Boat.operator +", "Boat.operator +(Boat, Boat)")]
    [TestCase("M:Sea.Boat.op_CheckedAddition(Sea.Boat,Sea.Boat)", MemberKind.Operator, "Boat.operator checked +", "Boat.operator checked +(Boat, Boat)")]
    [TestCase("M:Sea.Boat.op_Explicit(Sea.Boat)~System.Int32", MemberKind.Operator, "Boat.explicit operator int", "Boat.explicit operator int(Boat)")]
    [TestCase("M:Sea.Boat.Sea#IFloat{System#Int32@System#String}#Float(System.Int32)", MemberKind.Method,
        "Boat.IFloat<int, string>.Float", "Boat.IFloat<int, string>.Float(int)")]
    public void Ids_become_names_that_a_reader_knows(string id, MemberKind kind, string name, string signature)
    {
        var member = Load(
            "<member name=\"T:Sea.Map`2\"><typeparam name=\"TKey\">k</typeparam><typeparam name=\"TValue\">v</typeparam></member>",
            "<member name=\"T:Sea.Map`2.Keys\"></member>",
            $"<member name=\"{id}\"><typeparam name=\"TCargo\">c</typeparam><summary>It is.</summary></member>").Single();
        Assert.That((member.Kind, member.Name, member.Signature), Is.EqualTo((kind, name, signature)));
        Assert.That(member.Namespace, Is.EqualTo("Sea"));
        Assert.That(member.IsExplicitImplementation, Is.EqualTo(id.Contains("#IFloat", StringComparison.Ordinal)));
    }

    [TestCase("M:Sea.Boat.Sail(System.Func{System.Int32")]
    [TestCase("M:Sea.Boat.Sail(}{)")]
    [TestCase("M:Sea.Boat.Sail(`,``99,`999999999999)")]
    [TestCase("M:Sea.Boat`99999999999.Sail(")]
    [TestCase("T:`1")]
    [TestCase("M:.")]
    [TestCase("M:#ctor")]
    [TestCase("P:~~")]
    public void Malformed_ids_do_no_harm(string id) =>
        Assert.That(Load($"<member name=\"{id}\"><summary>It is.</summary></member>").Single().Summary, Is.EqualTo("It is."));

    [Test]
    public void Deeply_nested_type_arguments_do_no_harm()
    {
        var id = "M:Sea.Boat.Sail(" + string.Concat(Enumerable.Repeat("A{", 100_000)) + ")";
        Assert.That(Load($"<member name=\"{id}\"><summary>It is.</summary></member>"), Has.Count.EqualTo(1));
    }

    [Test]
    public void All_parts_of_a_member_are_read()
    {
        var member = Load("""
            <member name="M:Sea.Boat.Sail(System.Int32)">
              <summary>Sails.</summary><param name="miles">How far.</param><returns>The <c>place</c>.</returns>
              <remarks>Needs wind.</remarks><exception cref="T:A.B">Not read.</exception><example>Nor this.</example>
            </member>
            """).Single();
        Assert.That(member.Summary, Is.EqualTo("Sails."));
        Assert.That(member.Returns, Is.EqualTo("The place."));
        Assert.That(member.Remarks, Is.EqualTo("Needs wind."));
        Assert.That(member.Parameters, Is.EqualTo(new[] { new DocumentedParameter("miles", "How far.") }));
        Assert.That(member.ToString(), Is.EqualTo("Boat.Sail(int): Sails."));
    }

    [Test]
    public void Members_are_sorted_counted_once_and_dropped_without_a_summary()
    {
        File.WriteAllText(folder.At("b.xml"), "<doc><members><member name=\"T:B.Z\"><summary>Second.</summary></member>"
            + "<member name=\"T:A.Y\"><summary>A copy.</summary></member></members></doc>");
        File.WriteAllText(folder.At("a.xml"), "<doc><members><member name=\"M:A.Y.Run\"><summary>Run.</summary></member>"
            + "<member name=\"T:A.Y\"><summary>First.</summary></member><member name=\"T:A.X\"><summary> </summary></member>"
            + "<member name=\"T:A.W\"><summary /></member><member name=\"T:A.V\" /><member /></members></doc>");
        var documentation = DotnetDocumentation.LoadFolder(folder.Root);
        Assert.That(documentation.Select(m => m.Summary), Is.EqualTo(new[] { "First.", "Run.", "Second." }));
    }

    [Test]
    public void A_file_with_a_document_type_is_refused()
    {
        // An entity that reads a file, and one that grows without bound, both need a DTD.
        File.WriteAllText(folder.At("evil.xml"),
            "<!DOCTYPE doc [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><doc><members><member name=\"T:A.B\"><summary>&a;</summary></member></members></doc>");
        Assert.That(() => DotnetDocumentation.LoadFolder(folder.Root), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("evil.xml"));
    }

    [TestCase("<html></html>", "not <doc>")]
    [TestCase("<doc><members><member name=\"T:A.B\"><summary>Cut", "not an XML documentation file")]
    [TestCase("", "not an XML documentation file")]
    public void A_file_that_is_no_documentation_is_refused(string content, string why)
    {
        File.WriteAllText(folder.At("bad.xml"), content);
        Assert.That(() => DotnetDocumentation.LoadFolder(folder.Root), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(why));
    }

    [Test]
    public void A_folder_without_documentation_is_named()
    {
        Assert.That(() => DotnetDocumentation.LoadFolder(folder.Root), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains(folder.Root));
        Assert.That(() => DotnetDocumentation.LoadFolder(folder.At("none")), Throws.InstanceOf<DirectoryNotFoundException>());
    }
}
