using Course.Generation;
using Course.Models;
using Course.Tokenization;
using NUnit.Framework;

namespace Course.Tests.Generation;

[TestFixture]
public class BeamSearchTests
{
    private const int Stop = 3;

    private readonly CharTokenizer tokenizer = CharTokenizer.FromText("abcd");
    private Gpt gpt = null!;
    private TextGenerator generator = null!;

    [SetUp]
    public void Open()
    {
        gpt = Models.Make("llama", tokenizer.VocabularySize, blockSize: 6);
        generator = new TextGenerator(gpt, tokenizer);
    }

    [TearDown]
    public void Close() => gpt.Dispose();

    [Test]
    public void Enough_beams_find_what_trying_everything_finds([Values(0, 0.7, 1, 2)] double penalty, [Values(1, 4)] int maxTokens)
    {
        var all = new List<(List<int> Tokens, double LogProbability)>();
        Enumerate([], 0);
        var best = all.OrderByDescending(text => Score(text.Tokens, text.LogProbability)).Take(5).ToList();
        var found = generator.BeamSearch("ab", maxTokens, beams: 256, penalty, stopToken: Stop).Take(5).ToList();
        Assert.That(found.Select(h => h.Score), Is.EqualTo(best.Select(text => Score(text.Tokens, text.LogProbability))).Within(1e-4));
        Assert.That(
            found.Select(h => string.Join(',', h.Tokens)),
            Is.EqualTo(best.Select(text => string.Join(',', text.Tokens.Where(token => token != Stop)))));

        double Score(List<int> tokens, double logProbability) => logProbability / Math.Pow(tokens.Count, penalty);

        void Enumerate(List<int> tokens, double logProbability)
        {
            if (tokens.Count == maxTokens || tokens.LastOrDefault() == Stop)
            {
                all.Add((tokens, logProbability));
                return;
            }

            var steps = LogProbabilities([0, 1, .. tokens]);
            for (var token = 0; token < steps.Length; token++)
            {
                Enumerate([.. tokens, token], logProbability + steps[token]);
            }
        }
    }

    [Test]
    public void One_beam_is_greedy_choice()
    {
        var greedy = generator.Generate("abc", 15, SamplingOptions.Greedy);
        Assert.That(generator.BeamSearch("abc", 15, beams: 1).Single().Text, Is.EqualTo(greedy));
    }

    [Test]
    public void Hypotheses_are_told_apart_sorted_and_carry_their_own_probability()
    {
        var found = generator.BeamSearch("a", 8, beams: 4, lengthPenalty: 0.5, stopToken: Stop);
        Assert.That(found, Has.Count.EqualTo(4));
        Assert.That(found.Select(h => h.Text + h.IsFinished).Distinct().Count(), Is.EqualTo(4));
        Assert.That(found.Select(h => h.Score), Is.Ordered.Descending);
        foreach (var hypothesis in found)
        {
            var text = new List<int> { 0 };
            var sum = 0.0;
            foreach (var token in hypothesis.IsFinished ? [.. hypothesis.Tokens, Stop] : hypothesis.Tokens)
            {
                sum += LogProbabilities([.. text])[token];
                text.Add(token);
            }

            Assert.That(hypothesis.LogProbability, Is.EqualTo(sum).Within(1e-4));
            Assert.That(hypothesis.Score, Is.EqualTo(sum / Math.Sqrt(text.Count - 1)).Within(1e-4));
            Assert.That(hypothesis.Text, Is.EqualTo(tokenizer.Decode([.. hypothesis.Tokens])));
        }
    }

    [Test]
    public void The_cache_changes_nothing_even_beyond_the_context()
    {
        var uncached = new TextGenerator(gpt, tokenizer) { UseCache = false };
        var (a, b) = (generator.BeamSearch("abca", 12, beams: 3), uncached.BeamSearch("abca", 12, beams: 3));
        Assert.That(a.Select(h => h.Text), Is.EqualTo(b.Select(h => h.Text)));
        Assert.That(a.Select(h => h.Score), Is.EqualTo(b.Select(h => h.Score)).Within(1e-4));
    }

    [Test]
    public void It_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => generator.BeamSearch("a", cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private double[] LogProbabilities(int[] text)
    {
        var window = text.TakeLast(gpt.BlockSize).ToArray();
        var logits = generator.NextLogits(window).Select(x => (double)x).ToArray();
        var sum = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(x => x - sum)];
    }
}
