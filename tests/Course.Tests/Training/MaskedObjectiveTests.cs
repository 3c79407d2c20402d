using Course.Data;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

[TestFixture]
public class MaskedObjectiveTests
{
    private const int Vocabulary = 50;
    private const int Mask = 49;
    private const int Separator = 0;

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    private static TokenBatch Text(int seed, long rows, long time) =>
        new(TensorAssert.RandomTokens(seed, Vocabulary - 1, rows, time), torch.zeros([rows, time], torch.int64, device: torch.CPU));

    [Test]
    public void The_shares_are_15_and_80_10_10()
    {
        var objective = new MaskedObjective(Mask, Vocabulary, seed: 1, untouchable: [Separator]);
        var text = Text(1, 200, 500);
        var question = objective.Apply(text, 0);
        var before = text.Inputs.data<long>().ToArray();
        var after = question.Inputs.data<long>().ToArray();
        var targets = question.Targets.data<long>().ToArray();
        long candidates = 0, chosen = 0, masked = 0, kept = 0, other = 0;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] != Separator)
            {
                candidates++;
            }

            if (targets[i] == MaskedObjective.NoTarget)
            {
                Assert.That(after[i], Is.EqualTo(before[i]), "what is not asked for stays");
                continue;
            }

            Assert.That(before[i], Is.Not.EqualTo(Separator));
            Assert.That(targets[i], Is.EqualTo(before[i]), "the answer is the original");
            chosen++;
            masked += after[i] == Mask ? 1 : 0;
            kept += after[i] == before[i] ? 1 : 0;
            other += after[i] != Mask && after[i] != before[i] ? 1 : 0;
        }

        // A random token is the original in 1 of 48 cases (mask and separator are not drawn).
        const double Same = 1.0 / 48;
        Assert.Multiple(() =>
        {
            IsShare(chosen, candidates, 0.15);
            IsShare(masked, chosen, 0.8);
            IsShare(kept, chosen, 0.1 + (0.1 * Same));
            IsShare(other, chosen, 0.1 * (1 - Same));
        });

        // Five standard deviations of a binomial distribution: exceeded once in 1.7 million seeds.
        static void IsShare(long count, long total, double share) =>
            Assert.That(count, Is.EqualTo(total * share).Within(5 * Math.Sqrt(total * share * (1 - share))));
    }

    [Test]
    public void Random_replacements_are_drawn_evenly_from_ordinary_tokens()
    {
        var objective = new MaskedObjective(Mask, Vocabulary, share: 1, seed: 2, untouchable: [Separator]);
        var text = new TokenBatch(torch.full([400, 500], 7L, device: torch.CPU), torch.zeros([400, 500], torch.int64, device: torch.CPU));
        var after = objective.Apply(text, 0).Inputs.data<long>().ToArray();
        var drawn = after.Where(token => token is not (Mask or 7)).GroupBy(token => token).ToDictionary(g => g.Key, g => g.Count());
        Assert.That(drawn.Keys, Is.EquivalentTo(Enumerable.Range(1, 48).Where(token => token != 7).Select(token => (long)token)));
        // 47 cells of about 417: χ² with 46 degrees of freedom exceeds 46 + 5·√92 once in a million.
        var mean = drawn.Values.Average();
        var chiSquare = drawn.Values.Sum(count => (count - mean) * (count - mean) / mean);
        Assert.That(chiSquare, Is.LessThan(46 + (5 * Math.Sqrt(92))));
    }

    [Test]
    public void The_same_number_gives_the_same_question_and_another_another()
    {
        var objective = new MaskedObjective(Mask, Vocabulary, seed: 1);
        var text = Text(1, 4, 50);
        TensorAssert.Same(objective.Apply(text, 3).Inputs, new MaskedObjective(Mask, Vocabulary, seed: 1).Apply(text, 3).Inputs);
        Assert.That(objective.Apply(text, 3).Inputs.equal(objective.Apply(text, 4).Inputs).all().item<bool>(), Is.False);
        Assert.That(objective.Apply(text, 3).Inputs.equal(objective.Apply(text, -3).Inputs).all().item<bool>(), Is.False);
    }

    [Test]
    public void At_least_one_token_is_always_asked_for()
    {
        var objective = new MaskedObjective(Mask, Vocabulary, share: 1e-9, seed: 1, untouchable: [Separator]);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(objective.Apply(Text(1, 1, 5), i).Targets.ne(MaskedObjective.NoTarget).sum().ToInt64(), Is.EqualTo(1));
        }

        var separators = new TokenBatch(torch.zeros([1, 4], torch.int64, device: torch.CPU), torch.zeros([1, 4], torch.int64, device: torch.CPU));
        Assert.That(objective.Apply(separators, 0).Targets.ne(MaskedObjective.NoTarget).sum().ToInt64(), Is.Zero);
    }

    [Test]
    public void Nonsense_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new MaskedObjective(50, 50), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MaskedObjective(-1, 50), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MaskedObjective(1, 50, share: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MaskedObjective(1, 50, share: 1.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MaskedObjective(1, 2, untouchable: [0]), Throws.ArgumentException.With.Message.Contains("nothing to predict"));
        });
    }
}
