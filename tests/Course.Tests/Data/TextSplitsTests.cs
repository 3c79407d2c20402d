using Course.Data;
using NUnit.Framework;

namespace Course.Tests.Data;

[TestFixture]
public class TextSplitsTests
{
    [FsCheck.NUnit.Property]
    public bool A_cut_loses_nothing_and_breaks_no_character(string? text, byte percent)
    {
        text ??= "";
        var (train, validation) = TextSplits.AtEnd(text, (percent % 99 + 1) / 100.0);
        return train + validation == text
            && !(train.Length > 0 && validation.Length > 0 && char.IsSurrogatePair(train[^1], validation[0]));
    }

    [Test]
    public void A_cut_does_not_divide_a_character_of_two_halves()
    {
        var (train, validation) = TextSplits.AtEnd("a😀b", 0.5);
        Assert.That((train, validation), Is.EqualTo(("a😀", "b")));
    }

    // The hash as a second implementation, in Python, computes it: the division must never change, or losses stop being comparable.
    [TestCase("System.Collections.Generic.List`1", 0, 0.20600615307771886)]
    [TestCase("System.Collections.Generic.Dictionary`2.AlternateLookup`1", 0, 0.06978947176941586)]
    [TestCase("System.Math", 7, 0.3491944096924047)]
    public void Where_a_document_goes_is_the_same_on_every_machine(string key, long seed, double place)
    {
        Assert.That(TextSplits.IsValidation(key, place + 1e-12, seed), Is.True);
        Assert.That(TextSplits.IsValidation(key, place - 1e-12, seed), Is.False);
    }

    [Test]
    public void Documents_are_dealt_in_the_right_share_and_equal_ones_stay_together()
    {
        var documents = Enumerable.Range(0, 10_000).Select(i => $"document {i}").ToList();
        var (train, validation) = TextSplits.ByDocument(documents.Concat(documents), 0.2, seed: 3);
        Assert.That(train.Intersect(validation), Is.Empty);
        Assert.That(train.Count + validation.Count, Is.EqualTo(20_000));
        // 10,000 documents with probability 0.2: five standard deviations are 200.
        Assert.That(validation.Count / 2, Is.EqualTo(2000).Within(200));
        Assert.That(TextSplits.ByDocument(documents, 0.2, seed: 4).Validation, Is.Not.EqualTo(validation.Distinct()));
    }

    [Test]
    public void Adding_documents_moves_none()
    {
        var few = TextSplits.ByDocument(Enumerable.Range(0, 100).Select(i => $"d{i}")).Validation;
        var many = TextSplits.ByDocument(Enumerable.Range(0, 1000).Select(i => $"d{i}")).Validation;
        Assert.That(many.Take(few.Count), Is.EqualTo(few));
    }

    [Test]
    public void A_corpus_needs_text_for_both_parts()
    {
        var corpus = Corpus.FromText("ten", "0123456789", "typed here");
        Assert.That((corpus.Train, corpus.Validation), Is.EqualTo(("012345678", "9")));
        Assert.That(corpus.ToString(), Does.Contain("ten: 9 characters"));
        Assert.That(() => Corpus.FromText("none", "", "typed here"), Throws.ArgumentException.With.Message.Contains("'none'"));
        Assert.That(() => Corpus.FromText(" ", "0123456789", "typed here"), Throws.ArgumentException);
        Assert.That(() => Corpus.FromText("ten", "0123456789", "typed here", 1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
