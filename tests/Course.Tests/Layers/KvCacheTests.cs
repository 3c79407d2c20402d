using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Layers;

/// <summary>Reading a text piece by piece gives what reading it at once gives.</summary>
[TestFixture]
public class KvCacheTests
{
    private static readonly GptConfig Small = new()
    {
        VocabularySize = 13,
        BlockSize = 12,
        Layers = 2,
        Heads = 4,
        Width = 16,
        Bias = true,
        InitialDeviation = 0.3,
    };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void A_text_read_in_pieces_gives_the_same_logits(
        [Values] PositionKind positions, [Values(0, 1, 2)] int keyValueHeads, [Values] AttentionKernel kernel)
    {
        using var gpt = new Gpt(
            Small with { Positions = positions, KeyValueHeads = keyValueHeads, Attention = kernel }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 3, 12);
        using var evaluating = gpt.Evaluating();
        var expected = gpt.Logits(tokens);
        using var cache = gpt.NewCache(batch: 3);
        foreach (var (start, count) in new[] { (0, 5), (5, 1), (6, 1), (7, 4), (11, 1) })
        {
            var next = gpt.NextLogits(tokens.narrow(1, start, count), cache);
            TensorAssert.Near(next, expected.select(1, start + count - 1), what: $"after {start} + {count} tokens");
            Assert.That(cache.Length, Is.EqualTo(start + count));
        }

        cache.Truncate(4);
        TensorAssert.Near(gpt.NextLogits(tokens.narrow(1, 4, 3), cache), expected.select(1, 6), what: "after going back");
        var rows = torch.tensor(new long[] { 2, 2, 0 }, device: torch.CPU);
        cache.Reorder(rows);
        TensorAssert.Near(gpt.NextLogits(tokens.index_select(0, rows).narrow(1, 7, 2), cache), expected.index_select(0, rows).select(1, 8));
    }

    [Test]
    public void Prompts_of_unequal_lengths_share_a_batch([Values] PositionKind positions)
    {
        using var gpt = new Gpt(Small with { Positions = positions }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(2, 13, 2, 8);
        using var evaluating = gpt.Evaluating();
        // The second prompt is 3 tokens shorter: padding stands on its left.
        var isReal = torch.tensor(Enumerable.Range(0, 16).Select(i => i is < 8 or >= 11).ToArray(), [2, 8], device: torch.CPU);
        var places = torch.tensor([0L, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 1, 2, 3, 4], [2, 8], device: torch.CPU);
        var long1 = gpt.NextLogits(tokens[0].unsqueeze(0));
        var short2 = gpt.NextLogits(tokens[1].narrow(0, 3, 5).unsqueeze(0));
        TensorAssert.Near(gpt.NextLogits(tokens, null, isReal, places), torch.cat([long1, short2], 0));

        using var cache = gpt.NewCache(2);
        for (var (start, count) = (0, 6); start < 8; (start, count) = (start + count, 1))
        {
            var next = gpt.NextLogits(
                tokens.narrow(1, start, count), cache, isReal.narrow(1, 0, start + count), places.narrow(1, start, count));
            if (start == 7)
            {
                TensorAssert.Near(next, torch.cat([long1, short2], 0));
            }
        }
    }

    [Test]
    public void It_refuses_what_it_cannot_hold()
    {
        using var gpt = new Gpt(Small, seed: 1, torch.CPU);
        using var both = new Gpt(Small with { Causal = false }, seed: 1, torch.CPU);
        using var cache = gpt.NewCache(batch: 2, capacity: 5);
        var tokens = TensorAssert.RandomTokens(2, 13, 2, 6);
        Assert.Multiple(() =>
        {
            Assert.That(() => gpt.NextLogits(tokens, cache), Throws.InvalidOperationException.With.Message.Contains("no_grad"));
            using var evaluating = gpt.Evaluating();
            Assert.That(() => gpt.NextLogits(tokens, cache), Throws.ArgumentException.With.Message.Contains("room for 5 tokens"));
            Assert.That(() => gpt.NextLogits(tokens.narrow(0, 0, 1), cache), Throws.ArgumentException.With.Message.Contains("batch of 2"));
            Assert.That(() => cache.Truncate(1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => cache.Truncate(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => both.NewCache(), Throws.InvalidOperationException.With.Message.Contains("both sides"));
            Assert.That(() => gpt.NewCache(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new KvCache(0, 1, 1, 1, 1, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Reading_on_takes_no_more_memory()
    {
        using var gpt = new Gpt(Small with { Positions = PositionKind.Rotary, KeyValueHeads = 2 }, seed: 1, torch.CPU);
        using var evaluating = gpt.Evaluating();
        using var cache = gpt.NewCache();
        var counts = new HashSet<long>();
        for (var i = 0; i < 12; i++)
        {
            using (torch.NewDisposeScope())
            {
                gpt.NextLogits(torch.tensor(new long[] { i }, [1, 1], device: torch.CPU), cache);
            }

            counts.Add(torch.Tensor.TotalCount);
        }

        Assert.That(counts, Has.Count.EqualTo(1));
    }
}
