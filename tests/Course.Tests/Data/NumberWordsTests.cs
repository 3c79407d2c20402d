using Course.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Data;

/// <summary>Numbers in words, by examples, and read back for all of a range.</summary>
public sealed class NumberWordsTests
{
    [TestCase(0, "zero")]
    [TestCase(7, "seven")]
    [TestCase(13, "thirteen")]
    [TestCase(40, "forty")]
    [TestCase(42, "forty-two")]
    [TestCase(100, "one hundred")]
    [TestCase(115, "one hundred fifteen")]
    [TestCase(1000, "one thousand")]
    [TestCase(342_007, "three hundred forty-two thousand seven")]
    [TestCase(1_000_001, "one million one")]
    [TestCase(999_999_999, "nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine")]
    public void Writes_numbers_as_people_do(int number, string words) => Assert.That(NumberWords.Write(number), Is.EqualTo(words));

    [TestCase(1, "first")]
    [TestCase(2, "second")]
    [TestCase(3, "third")]
    [TestCase(5, "fifth")]
    [TestCase(8, "eighth")]
    [TestCase(9, "ninth")]
    [TestCase(12, "twelfth")]
    [TestCase(14, "fourteenth")]
    [TestCase(20, "twentieth")]
    [TestCase(21, "twenty-first")]
    [TestCase(30, "thirtieth")]
    [TestCase(100, "one hundredth")]
    [TestCase(1012, "one thousand twelfth")]
    public void Writes_places_in_an_order(int number, string words) => Assert.That(NumberWords.WriteOrdinal(number), Is.EqualTo(words));

    [Test]
    public void No_two_numbers_share_their_words_and_each_is_read_back()
    {
        var numbers = Enumerable.Range(0, 20_000).Concat(Enumerable.Range(990_000, 20_000)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(numbers.Select(NumberWords.Write).Distinct().Count(), Is.EqualTo(numbers.Length));
            Assert.That(numbers.Select(n => NumberWords.Parse(NumberWords.Write(n))), Is.EqualTo(numbers));
        });
    }

    [Property]
    public FsCheck.Property Any_number_is_read_back() =>
        Prop.ForAll(Gen.Choose(0, NumberWords.Largest).ToArbitrary(), n =>
            NumberWords.Parse(NumberWords.Write(n)) == n && NumberWords.Parse(NumberWords.Write(n).Replace('-', ' ')) == n);

    [TestCase("")]
    [TestCase("two and three")]
    [TestCase("hundred")]
    [TestCase("seven forty")]
    [TestCase("forty thousand thousand")]
    [TestCase("thousand two")]
    [TestCase("one  two")]
    [TestCase("nine hundred hundred hundred hundred hundred hundred")]
    public void Other_words_are_refused(string words) => Assert.That(() => NumberWords.Parse(words), Throws.TypeOf<FormatException>());

    [Test]
    public void Numbers_out_of_range_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => NumberWords.Write(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => NumberWords.Write(NumberWords.Largest + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => NumberWords.WriteOrdinal(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    });
}
