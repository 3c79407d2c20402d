using Course.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Data;

[TestFixture]
public class DocumentBatchesTests
{
    /// <summary>Document d is the tokens 10·d, 10·d + 1, …: a row then shows which document it came from.</summary>
    private static int[][] Documents(params int[] lengths) =>
        [.. lengths.Select((length, d) => Enumerable.Range(10 * d, length).ToArray())];

    [Test]
    public void A_row_is_one_document_and_behind_its_end_nothing_is_asked()
    {
        var documents = Documents(2, 5, 7);
        var source = new DocumentBatches(documents, 16, 6, seed: 3);
        using var batch = source.Batch(4, torch.CPU);
        Assert.That(batch.Inputs.shape, Is.EqualTo(new long[] { 16, 6 }));
        Assert.That(batch.Inputs.dtype, Is.EqualTo(torch.ScalarType.Int64));
        var (inputs, targets) = (batch.Inputs.data<long>().ToArray(), batch.Targets.data<long>().ToArray());
        var chosen = source.Choose(4);
        Assert.That(chosen.Distinct().Count(), Is.EqualTo(3), "the test needs rows of every length");
        for (var row = 0; row < 16; row++)
        {
            var tokens = documents[chosen[row]].Select(t => (long)t).ToArray();
            var padding = 7 - tokens.Length;
            Assert.That(inputs[(row * 6)..((row + 1) * 6)], Is.EqualTo(tokens[..^1].Concat(Enumerable.Repeat(0L, padding))));
            Assert.That(targets[(row * 6)..((row + 1) * 6)], Is.EqualTo(tokens[1..].Concat(Enumerable.Repeat(-100L, padding))));
        }
    }

    [Test]
    public void A_batch_depends_only_on_seed_and_number()
    {
        var documents = Documents([.. Enumerable.Repeat(3, 50)]);
        var source = new DocumentBatches(documents, 8, 4, seed: 1);
        var inOrder = Enumerable.Range(0, 20).Select(i => source.Choose(i)).ToArray();
        var again = new DocumentBatches(documents, 8, 4, seed: 1);
        for (var i = 19; i >= 0; i--)
        {
            Assert.That(again.Choose(i), Is.EqualTo(inOrder[i]));
        }

        Assert.That(inOrder.Select(c => string.Join(' ', c)).Distinct().Count(), Is.EqualTo(20));
        Assert.That(new DocumentBatches(documents, 8, 4, seed: 2).Choose(0), Is.Not.EqualTo(inOrder[0]));
        Assert.That(source.BatchCount, Is.Null);
    }

    [Test]
    public void Every_document_is_chosen_equally_often()
    {
        // 20 documents, 40,000 draws: chi-squared with 19 degrees of freedom exceeds 43.8 with probability 0.001.
        var source = new DocumentBatches(Documents([.. Enumerable.Repeat(2, 20)]), 8, 1, seed: 5);
        var counts = Enumerable.Range(0, 5000).SelectMany(i => source.Choose(i)).CountBy(d => d).ToDictionary();
        Assert.That(counts, Has.Count.EqualTo(20));
        Assert.That(counts.Values.Sum(c => (c - 2000.0) * (c - 2000.0) / 2000.0), Is.LessThan(43.8));
    }

    [Test]
    public void What_cannot_be_a_batch_is_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new DocumentBatches([], 2, 4, 0), Throws.ArgumentException.With.Message.Contains("no documents"));
            Assert.That(() => new DocumentBatches(Documents(3, 1), 2, 4, 0), Throws.ArgumentException.With.Message.Contains("Document 1 has 1"));
            Assert.That(() => new DocumentBatches(Documents(3, 6), 2, 4, 0), Throws.ArgumentException.With.Message.Contains("room for 5"));
            Assert.That(() => new DocumentBatches(Documents(3), 0, 4, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new DocumentBatches(Documents(3), 2, 0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new DocumentBatches(Documents(3), int.MaxValue, int.MaxValue, 0),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("too large"));
            Assert.That(() => new DocumentBatches(Documents(3), 2, 4, 0).Batch(-1, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
