using System.Xml.Linq;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing;
using Course.Notebooks.Publishing.Mathematics;
using Markdig.Extensions.Mathematics;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Notebooks.Tests.Publishing;

public sealed class MathMlTests
{
    [Test]
    public void Every_formula_of_the_course_can_be_drawn()
    {
        var count = 0;
        foreach (var (file, cell) in CourseNotebooks.Cells(CellKind.Markdown))
        {
            var document = MarkdownRenderer.Parse(cell.Source);
            Assert.That(document.Descendants<LiteralInline>().Select(text => text.Content.ToString()), Has.None.Contains("$$"),
                $"{file}: a formula of several lines stands between lines that are only $$");
            var formulas = document.Descendants<MathInline>().Select(formula => formula.Content.ToString())
                .Concat(document.Descendants<MathBlock>().Select(formula => formula.Lines.ToString()));
            foreach (var formula in formulas)
            {
                count++;
                Assert.That(() => XElement.Parse(MathMl.Convert(formula, display: true)), Throws.Nothing, $"{file}: {formula}");
            }
        }
        Assert.That(count, Is.GreaterThan(200), "the formulas were found");
    }

    [TestCase("x", "<mi>x</mi>")]
    [TestCase("12.5", "<mn>12.5</mn>")]
    [TestCase("2.", "<mrow><mn>2</mn><mtext>.</mtext></mrow>")]
    [TestCase(@"\frac1n", "<mfrac><mn>1</mn><mi>n</mi></mfrac>")]
    [TestCase(@"x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>")]
    [TestCase("x^10", "<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>0</mn></mrow>")]
    [TestCase("f'", "<msup><mi>f</mi><mo>′</mo></msup>")]
    [TestCase(@"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>")]
    [TestCase(@"\sqrt d", "<msqrt><mi>d</mi></msqrt>")]
    [TestCase(@"\text{a b}", "<mtext>a\u00a0b</mtext>")]
    [TestCase(@"\mathbb{R}", "<mi mathvariant=\"normal\">ℝ</mi>")]
    [TestCase(@"\mathbf{W}", "<mi mathvariant=\"normal\">𝐖</mi>")]
    [TestCase(@"\Phi", "<mi mathvariant=\"normal\">Φ</mi>")]
    [TestCase("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>")]
    public void A_formula_becomes_these_elements(string latex, string expected) =>
        Assert.That(Content(latex).ToString(SaveOptions.DisableFormatting), Is.EqualTo(expected));

    [Test]
    public void A_sum_has_its_bounds_above_and_below_and_an_integral_beside()
    {
        Assert.That(Content(@"\sum_{i=1}^n").Name.LocalName, Is.EqualTo("munderover"));
        Assert.That(Content(@"\max_a").Name.LocalName, Is.EqualTo("munder"));
        Assert.That(Content(@"\int_0^1").Name.LocalName, Is.EqualTo("msubsup"));
        Assert.That(Content(@"\int\limits_0^1").Name.LocalName, Is.EqualTo("munderover"));
        Assert.That(Content(@"\underbrace{p - y}_{\text{error}}").ToString(), Does.Contain("⏟").And.Contain("error"));
    }

    [Test]
    public void A_minus_before_its_number_is_no_subtraction()
    {
        var forms = Content("-a = -b - (-c)").Descendants("mo").Where(sign => sign.Value == "−").Select(sign => (string?)sign.Attribute("form"));
        Assert.That(forms, Is.EqualTo(new[] { "prefix", "prefix", null, "prefix" }));
    }

    [Test]
    public void Matrices_and_cases_are_tables_in_brackets_that_grow()
    {
        var matrix = Content(@"\begin{pmatrix} a & b \\ c & d \\ \end{pmatrix}");
        Assert.That(matrix.Descendants("mtr").Select(row => row.Elements("mtd").Count()), Is.EqualTo(new[] { 2, 2 }), "the empty last row is none");
        Assert.That(matrix.Elements("mo").Select(bracket => (bracket.Value, (string?)bracket.Attribute("stretchy"))), Is.EqualTo(new[] { ("(", "true"), (")", "true") }));
        var cases = Content(@"\begin{cases} 1 & k = a \\ 0 & k \ne a \end{cases}");
        Assert.That(cases.Elements("mo").Select(bracket => bracket.Value), Is.EqualTo(new[] { "{" }));
        Assert.That(Content(@"a &= b \\ &= c").Name.LocalName, Is.EqualTo("mtable"));
    }

    [Test]
    public void The_latex_stays_in_the_element_for_whoever_copies_it()
    {
        var math = XElement.Parse(MathMl.Convert(@"a < \frac{1}{2}", display: true));
        Assert.That(math.Descendants("annotation").Single().Value, Is.EqualTo(@"a < \frac{1}{2}"));
        Assert.That((string?)math.Attribute("display"), Is.EqualTo("block"));
        Assert.That(MathMl.Convert("a", display: false), Does.Not.Contain("display"));
    }

    [TestCase(@"\frac{1}", "After \\frac something is missing")]
    [TestCase(@"\nosuch x", "\\nosuch")]
    [TestCase("{a", "not closed")]
    [TestCase("a}", "no opening")]
    [TestCase(@"\left( a", "no \\right")]
    [TestCase(@"a \right)", "no counterpart")]
    [TestCase(@"\begin{pmatrix} a", "no \\end")]
    [TestCase(@"\begin{pmatrix} a \end{cases}", "ended by")]
    [TestCase(@"\begin{nosuch} a \end{nosuch}", "nosuch")]
    [TestCase("x_a_b", "Two subscripts")]
    [TestCase("x^a^b", "Two superscripts")]
    [TestCase(@"\text a", "text in braces")]
    [TestCase(@"\text{a", "not closed")]
    [TestCase(@"\left a", "bracket is missing")]
    [TestCase(@"\sqrt[3", "not closed")]
    [TestCase("a\\", "ends in a backslash")]
    [TestCase("\u0001", "control character")]
    [TestCase("x\uffff", "control character")]
    public void A_mistake_is_named(string latex, string reason) =>
        Assert.That(() => MathMl.Convert(latex, display: false), Throws.TypeOf<LatexException>().With.Message.Contains(reason));

    [Test]
    public void Half_a_surrogate_pair_is_refused()
    {
        foreach (var (latex, position) in new[] { ("x\ud800", 1), ("\udc00x", 0), ("\ud800😀", 0), ("😀\udc00", 2) })
        {
            Assert.That(() => MathMl.Convert(latex, display: false),
                Throws.TypeOf<LatexException>().With.Message.Contains("surrogate").And.Property(nameof(LatexException.Position)).EqualTo(position));
        }
    }

    [Test]
    public void A_formula_nested_without_end_is_refused_and_not_followed()
    {
        foreach (var opening in new[] { "{", @"\sqrt", "x^{", @"\left(", @"\begin{matrix}", @"\frac{", @"\hat" })
        {
            var bomb = string.Concat(Enumerable.Repeat(opening, MathMl.MaxLength / opening.Length));
            Assert.That(() => MathMl.Convert(bomb, display: false), Throws.TypeOf<LatexException>(), opening);
        }
        Assert.That(() => MathMl.Convert(new string('x', MathMl.MaxLength + 1), display: false), Throws.TypeOf<LatexException>());
    }

    [Property(MaxTest = 500)]
    public void Any_text_becomes_well_formed_elements_or_an_error_in_words(int[] choices)
    {
        string[] pieces = ["{", "}", "^", "_", "&", @"\\", @"\frac", @"\left", @"\right", "(", ")", ".", "|", "x", "1", "'", "<", "-", @"\text{<b>}",
            @"\begin{cases}", @"\end{cases}", @"\sum", @"\sqrt", "[", "]", @"\bigl", @"\not", "ß", "😀", " ", @"\,", @"\hat", @"\mathbb", "%", "\n", "\ud800", "\udc00", "\uffff"];
        var latex = string.Concat(choices.Select(choice => pieces[(choice & int.MaxValue) % pieces.Length]));
        try
        {
            XElement.Parse(MathMl.Convert(latex, display: true));
        }
        catch (LatexException e)
        {
            Assert.That(e.Position, Is.InRange(0, latex.Length));
        }
    }

    private static XElement Content(string latex) =>
        XElement.Parse(MathMl.Convert(latex, display: false), LoadOptions.PreserveWhitespace).Element("semantics")!.Elements().First();
}
