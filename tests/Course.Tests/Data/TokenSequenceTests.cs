using Course.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class TokenSequenceTests
{
    [FsCheck.NUnit.Property]
    public Property An_array_gives_back_every_part_of_its_tokens() =>
        Prop.ForAll(
            Gen.Choose(0, 100_000).ArrayOf().ToArbitrary(),
            ArbMap.Default.ArbFor<int>(),
            ArbMap.Default.ArbFor<int>(),
            (tokens, a, b) =>
            {
                var start = Math.Abs((long)a) % (tokens.Length + 1);
                var length = Math.Abs((long)b) % (tokens.Length - start + 1);
                var read = new int[length];
                new TokenArray(tokens).Read(start, read);
                var sliced = new TokenArray(tokens).Slice(start, length).ToArray();
                var expected = tokens.AsSpan((int)start, (int)length).ToArray();
                return read.SequenceEqual(expected) && sliced.SequenceEqual(expected);
            });

    [Test]
    public void Split_cuts_once_and_loses_nothing()
    {
        var tokens = new TokenArray(Enumerable.Range(0, 1000).ToArray());
        var (train, validation) = tokens.Split(0.1);
        Assert.That(validation.Length, Is.EqualTo(100));
        Assert.That(train.ToArray().Concat(validation.ToArray()), Is.EqualTo(Enumerable.Range(0, 1000)));
    }

    [TestCase(-1, 1)]
    [TestCase(0, 6)]
    [TestCase(6, 0)]
    [TestCase(5, 1)]
    [TestCase(long.MaxValue, 1)]
    [TestCase(1, long.MaxValue)]
    public void Reading_outside_is_refused(long offset, long count)
    {
        var tokens = new TokenArray(new[] { 1, 2, 3, 4, 5 });
        Assert.That(() => tokens.Slice(offset, count), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("5 tokens"));
        if (count < 100)
        {
            Assert.That(() => tokens.Read(offset, new int[count]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void A_slice_does_not_read_beyond_its_own_end()
    {
        var slice = new TokenArray(new[] { 1, 2, 3, 4, 5 }).Slice(1, 2);
        Assert.That(() => slice.Read(1, new int[2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_negative_token_is_refused_with_its_position() =>
        Assert.That(() => TokenArray.From([4, 5, -6]), Throws.ArgumentException.With.Message.Contains("position 2 is -6"));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-0.1)]
    [TestCase(double.NaN)]
    public void A_split_fraction_outside_0_to_1_is_refused(double fraction) =>
        Assert.That(() => TokenArray.From([1, 2, 3]).Split(fraction), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
