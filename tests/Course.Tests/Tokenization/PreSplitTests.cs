using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class PreSplitTests
{
    private static readonly Regex Gpt2 = new(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    private static readonly Regex Gpt4 = new(
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        RegexOptions.CultureInvariant);

    [Test]
    public void Without_a_rule_the_text_is_one_word()
        => Assert.That(PreSplit.None.Split("The dog's 42 bones."), Is.EqualTo(["The dog's 42 bones."]));

    [TestCase("The dog's 42 bones.", "The| dog|'s| 42| bones|.")]
    [TestCase("We'll  see:\n\n    if (x != 12345)", "We|'ll| | see|:|\n\n   | if| (|x| !=| 12345|)")]
    [TestCase("it's 'so' I'VE", "it|'s| '|so|'| I|'|VE")]
    [TestCase("tail   ", "tail|   ")]
    [TestCase("𝒜𝒷 😀😀 𝟙", "𝒜𝒷| 😀😀| 𝟙")]
    public void Gpt2_splits(string text, string expected)
        => Assert.That(PreSplit.Gpt2.Split(text), Is.EqualTo(expected.Split('|')));

    [TestCase("The dog's 42 bones.", "The| dog|'s| |42| bones|.")]
    [TestCase("We'll  see:\n\n    if (x != 12345)", "We|'ll| | see|:\n\n|   | if| (|x| !=| |123|45|)")]
    [TestCase("it's 'so' I'VE", "it|'s| '|so|'| I|'VE")]
    [TestCase("a \n b", "a| \n| b")]
    public void Gpt4_splits(string text, string expected)
        => Assert.That(PreSplit.Gpt4.Split(text), Is.EqualTo(expected.Split('|')));

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 2000)]
    public bool Gpt2_is_its_regular_expression(AnyText text) => Agree(PreSplit.Gpt2, Gpt2, text.Value);

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 2000)]
    public bool Gpt4_is_its_regular_expression(AnyText text) => Agree(PreSplit.Gpt4, Gpt4, text.Value);

    [Property(Arbitrary = [typeof(Texts)])]
    public bool The_words_together_are_the_text(AnyText text) => PreSplit.All.All(rule =>
        string.Concat(rule.Split(text.Value)) == text.Value && rule.Split(text.Value).All(word => word.Length > 0));

    [Property(Arbitrary = [typeof(Texts)])]
    public bool No_surrogate_pair_is_cut(AnyText text) => PreSplit.All.All(rule =>
        rule.Split(text.Value).Zip(rule.Split(text.Value).Skip(1)).All(n => !char.IsSurrogatePair(n.First[^1], n.Second[0])));

    [Test]
    public void Every_character_of_the_basic_plane_is_split_as_by_the_regular_expression()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var text = $"a{(char)c}1{(char)c} {(char)c}.{(char)c}";
            Assert.That(Agree(PreSplit.Gpt2, Gpt2, text) && Agree(PreSplit.Gpt4, Gpt4, text), $"U+{c:X4}");
        }
    }

    [Test]
    public void An_unknown_rule_is_named_in_the_error()
        => Assert.That(
            () => PreSplit.FromName("gpt9"),
            Throws.ArgumentException.With.Message.Contains("gpt9").And.Message.Contains("gpt2"));

    // .NET's expressions see UTF-16 units. So each character beyond the basic plane is replaced by one of its class within it.
    private static bool Agree(PreSplit rule, Regex regex, string text)
    {
        var standIns = string.Concat(text.EnumerateRunes().Select(StandIn));
        var expected = regex.Matches(standIns).Select(match => match.Length);
        return rule.Split(text).Select(word => word.EnumerateRunes().Count()).SequenceEqual(expected);
    }

    private static char StandIn(Rune rune) => rune.Value switch
    {
        0x017F => 'q', // The long s is an s to a regular expression that ignores case; the rule means English.
        <= char.MaxValue => (char)rune.Value,
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => 'q',
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '7',
            _ => '@',
        },
    };
}
