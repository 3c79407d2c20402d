using Course.Generation;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Generation;

/// <summary>Beam search for encoder-decoders, against trying every target there is.</summary>
[TestFixture]
public class Seq2SeqSearchTests
{
    private const int Start = 3;
    private const int End = 4;
    private static readonly int[] Source = [0, 2, 1, 1];

    private DisposeScope scope = null!;
    private Seq2Seq model = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        var config = new Seq2SeqConfig { VocabularySize = 5, BlockSize = 6, Heads = 2, Width = 16, Dropout = 0.3 };
        // Large weights make a model with clear opinions, so that greedy choice is not the best anyway.
        model = new Seq2Seq(config with { InitialDeviation = 0.6 }, seed: 5, torch.CPU);
    }

    [TearDown]
    public void Close()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Test]
    public void Enough_beams_find_what_trying_everything_finds([Values(0, 0.6, 2)] double penalty, [Values(1, 4)] int maxTokens)
    {
        var all = new List<(int[] Tokens, double LogProbability)>();
        Enumerate([], 0);
        var best = all.OrderByDescending(target => Score(target.Tokens, target.LogProbability)).Take(5).ToList();
        var found = model.BeamSearch(Source, Start, End, beams: 700, penalty, maxTokens).Take(5).ToList();
        Assert.That(found.Select(target => target.Score), Is.EqualTo(best.Select(target => Score(target.Tokens, target.LogProbability))).Within(1e-4));
        Assert.That(
            found.Select(target => string.Join(',', target.Tokens)),
            Is.EqualTo(best.Select(target => string.Join(',', target.Tokens.Where(token => token != End)))));
        Assert.That(found.Select(target => target.IsFinished), Is.EqualTo(best.Select(target => target.Tokens[^1] == End)));

        double Score(int[] tokens, double logProbability) => logProbability / Math.Pow(tokens.Length, penalty);

        void Enumerate(int[] tokens, double logProbability)
        {
            if (tokens.Length == maxTokens || tokens.LastOrDefault() == End)
            {
                all.Add((tokens, logProbability));
                return;
            }

            var steps = LogProbabilities([Start, .. tokens]);
            for (var token = 0; token < steps.Length; token++)
            {
                Enumerate([.. tokens, token], logProbability + steps[token]);
            }
        }
    }

    [Test]
    public void One_beam_is_greedy_choice_and_more_never_find_a_worse_text()
    {
        foreach (var source in (int[][])[[0], [1, 2], [2, 2, 0], Source, [4, 3, 2, 1, 0, 0]])
        {
            var tokens = torch.tensor(source.Select(token => (long)token).ToArray(), [1, source.Length], device: torch.CPU);
            var greedy = model.BeamSearch(source, Start, End, beams: 1, lengthPenalty: 0).Single();
            Assert.That(greedy.Tokens, Is.EqualTo(model.Write(tokens, Start, End).Single()));
            Assert.That(greedy.Tokens, Has.Count.LessThanOrEqualTo(model.Config.BlockSize));
            var wide = model.BeamSearch(source, Start, End, beams: 60, lengthPenalty: 0);
            Assert.That(wide[0].LogProbability, Is.GreaterThanOrEqualTo(greedy.LogProbability - 1e-5));
            Assert.That(wide.Select(target => target.Score), Is.Ordered.Descending);
        }
    }

    [Test]
    public void What_is_kept_changes_nothing_whatever_is_asked_next()
    {
        using var continuation = new Seq2SeqContinuation(model, Source);
        int[][][] questions =
        [
            [[Start]],
            [[Start, 1], [Start, 0], [Start, 2]],                             // one becomes three
            [[Start, 2, 2], [Start, 1, 0], [Start, 1, 4]],                    // in another order, one twice, one dropped
            [[Start, 1, 4, 0]],                                               // three become one
            [[Start, 0, 0, 0], [Start, 1, 1, 1]],                             // something else
            [[Start, 0], [Start, 1, 1]],                                      // of unequal lengths
            [[Start, 0, 0, 0, 1], [Start, 1, 1, 1, 1]],                       // continues the one before the last
            [[Start, 0, 0, 0, 1, 2], [Start, 1, 1, 1, 1, 3]],                 // up to the longest
        ];
        foreach (var texts in questions)
        {
            var rows = continuation.NextLogits(texts);
            Assert.That(rows, Has.Length.EqualTo(texts.Length));
            for (var i = 0; i < texts.Length; i++)
            {
                Assert.That(rows[i], Is.EqualTo(Logits(texts[i])).Within(1e-4), string.Join(',', texts[i]));
            }
        }

        Assert.That(continuation.NextLogits([]), Is.Empty);
    }

    [Test]
    public void Nothing_is_left_behind_and_training_goes_on_afterwards()
    {
        model.train();
        model.BeamSearch(Source, Start, End);
        var before = torch.Tensor.TotalCount;
        model.BeamSearch(Source, Start, End);
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
        Assert.That(model.training, Is.True);
    }

    [Test]
    public void Nonsense_is_refused_and_it_can_be_cancelled()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => model.BeamSearch([], Start, End), Throws.ArgumentException);
            Assert.That(() => model.BeamSearch(new int[7], Start, End), Throws.ArgumentException.With.Message.Contains("at most 6"));
            Assert.That(() => model.BeamSearch([5], Start, End), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.BeamSearch(Source, -1, End), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.BeamSearch(Source, Start, End, beams: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.BeamSearch(Source, Start, End, maxTokens: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => model.BeamSearch(Source, Start, End, lengthPenalty: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => model.BeamSearch(Source, Start, End, cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private double[] LogProbabilities(int[] text)
    {
        var logits = Logits(text).Select(x => (double)x).ToArray();
        var sum = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(x => x - sum)];
    }

    private float[] Logits(int[] text)
    {
        using var inner = torch.NewDisposeScope();
        using var evaluating = model.Evaluating();
        return model.Logits(Row(Source), Row(text))[0, -1].data<float>().ToArray();

        static torch.Tensor Row(int[] tokens) =>
            torch.tensor(tokens.Select(token => (long)token).ToArray(), [1, tokens.Length], device: torch.CPU);
    }
}
