using Course.Tokenization;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class BpeTrainerTests
{
    private static readonly string English = string.Concat(Enumerable.Repeat(
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness. ", 3));

    [Test]
    public void The_published_example()
    {
        var options = new BpeTrainerOptions { VocabularySize = 256 + 3, PreSplit = PreSplit.None };
        var tokenizer = new BpeTrainer(options).Train("aaabdaaabac");
        Assert.That(tokenizer.Encode("aaabdaaabac"), Is.EqualTo([258, 100, 258, 97, 99]));
        Assert.That(tokenizer.Vocabulary[258], Is.EqualTo("aaab"));
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Agrees_with_recounting_after_every_merge(AnyText text, PositiveInt minimumFrequency)
        => AgreesWithReference(text.Value, minimumFrequency.Get % 4 + 1, merges: 60);

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Agrees_with_recounting_on_overlapping_pairs(RepetitiveText text, PositiveInt minimumFrequency)
        => AgreesWithReference(text.Value, minimumFrequency.Get % 4 + 1, merges: 60);

    [Test]
    public void Agrees_with_recounting_on_a_longer_text() => Assert.That(AgreesWithReference(English, 2, merges: 200));

    [Property(Arbitrary = [typeof(Texts)])]
    public bool The_order_of_the_documents_does_not_matter(RepetitiveText[] documents, int seed)
    {
        var texts = documents.Select(d => d.Value).ToArray();
        var trainer = new BpeTrainer(280);
        var merges = trainer.Train(texts).Merges;
        new Random(seed).Shuffle(texts);
        return trainer.Train(texts).Merges.SequenceEqual(merges);
    }

    [Test]
    public void Of_equally_frequent_pairs_the_smallest_is_merged_first()
    {
        // (c, d), (a, z) and (a, b) occur twice each.
        var merges = new BpeTrainer(259).Train("cd az ab cd az ab".Replace(" ", "\n")).Merges;
        Assert.That(merges, Is.EqualTo([new TokenPair('a', 'b'), new TokenPair('a', 'z'), new TokenPair('c', 'd')]));
    }

    [Test]
    public void Stops_when_no_pair_is_frequent_enough()
    {
        var options = new BpeTrainerOptions { VocabularySize = 1000, MinimumFrequency = 3 };
        var tokenizer = new BpeTrainer(options).Train("abab ab cdcd");
        Assert.That(tokenizer.Merges, Is.EqualTo([new TokenPair('a', 'b')]));
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(257));
    }

    [TestCase("")]
    [TestCase("x")]
    public void A_text_without_pairs_gives_the_bytes_alone(string text)
        => Assert.That(new BpeTrainer(300).Train(text).VocabularySize, Is.EqualTo(256));

    [Test]
    public void Special_tokens_take_the_last_ids_and_separate_documents()
    {
        var trainer = new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = 300,
            SpecialTokens = SpecialTokens.Chat,
            PreSplit = PreSplit.None,
        });
        var joined = trainer.Train("abab<|endoftext|>cdcd<|user|>abcd<|endoftext|>");
        var apart = trainer.Train(["abab", "cdcd", "abcd"]);
        Assert.That(joined.Merges, Is.EqualTo(apart.Merges));
        Assert.That(joined.IdOf(SpecialTokens.EndOfText), Is.EqualTo(256 + joined.Merges.Count));
        Assert.That(joined.VocabularySize, Is.EqualTo(256 + joined.Merges.Count + 4));
    }

    [Test]
    public void The_trace_tells_how_the_text_shrinks()
    {
        var tokenizer = new BpeTrainer(320).Train(English);
        Assert.That(tokenizer.TrainingTrace, Has.Count.EqualTo(tokenizer.Merges.Count).And.Count.GreaterThan(30));
        foreach (var step in tokenizer.TrainingTrace)
        {
            var after = tokenizer.WithFirstMerges(step.Rank + 1);
            Assert.That(step.CorpusTokens, Is.EqualTo(after.CountTokens(English)));
            Assert.That(step.Pair, Is.EqualTo(after.Merges[^1]));
            Assert.That(step.Text, Is.EqualTo(after.Vocabulary[step.Token]));
            Assert.That(step.Token, Is.EqualTo(256 + step.Rank));
        }

        Assert.That(tokenizer.TrainingTrace.Select(s => s.Count), Is.Ordered.Descending);
        Assert.That(tokenizer.TrainingTrace.Select(s => s.CorpusTokens), Is.Ordered.Descending);
    }

    [Test]
    public void Steps_makes_one_merge_at_a_time_and_the_same_as_training()
    {
        var trainer = new BpeTrainer(300);
        Assert.That(trainer.Steps(English).Take(7), Is.EqualTo(trainer.Train(English).TrainingTrace.Take(7)));
    }

    [Test]
    public void Progress_is_told_every_merge_and_cancellation_stops()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new CancelAt(5, cancellation);
        Assert.That(
            () => new BpeTrainer(400).Train(English, progress, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(progress.Ranks, Is.EqualTo([0, 1, 2, 3, 4, 5]));
        Assert.That(
            () => new BpeTrainer(400).Train(English, null, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Tokens_grow_to_4096_bytes_and_no_further()
    {
        var text = new string('a', 5000) + new string('b', 9000);
        var options = new BpeTrainerOptions { VocabularySize = 290, PreSplit = PreSplit.None };
        var tokenizer = new BpeTrainer(options).Train(text);
        Assert.That(Enumerable.Range(0, tokenizer.VocabularySize).Max(id => tokenizer.BytesOf(id).Length), Is.EqualTo(4096));
        Assert.That(tokenizer.Merges, Is.EqualTo(ReferenceBpe.Train([text], 34)));
        Assert.That(tokenizer.Decode(tokenizer.Encode(text)), Is.EqualTo(text));
    }

    [Test]
    public void Impossible_options_are_refused()
    {
        Assert.That(() => new BpeTrainer(255), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new BpeTrainer((1 << 20) + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new BpeTrainerOptions { VocabularySize = 300, MinimumFrequency = 0 },
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new BpeTrainer(new BpeTrainerOptions { VocabularySize = 258, SpecialTokens = SpecialTokens.Chat }),
            Throws.ArgumentException.With.Message.Contains("260"));
        Assert.That(() => new BpeTrainer(300).Train((string)null!), Throws.ArgumentNullException);
    }

    private static bool AgreesWithReference(string text, int minimumFrequency, int merges) => PreSplit.All.All(rule =>
    {
        var options = new BpeTrainerOptions
        {
            VocabularySize = 256 + merges,
            MinimumFrequency = minimumFrequency,
            PreSplit = rule,
        };
        var expected = ReferenceBpe.Train(rule.Split(text), merges, minimumFrequency);
        return new BpeTrainer(options).Train(text).Merges.SequenceEqual(expected);
    });

    private sealed class CancelAt(int rank, CancellationTokenSource cancellation) : IProgress<BpeMergeStep>
    {
        public List<int> Ranks { get; } = [];

        public void Report(BpeMergeStep value)
        {
            Ranks.Add(value.Rank);
            if (value.Rank == rank)
            {
                cancellation.Cancel();
            }
        }
    }
}
