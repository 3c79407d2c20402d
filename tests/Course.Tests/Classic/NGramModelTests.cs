using Course.Classic;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Classic;

[TestFixture]
public class NGramModelTests
{
    private static readonly int[] Text = [0, 1, 0, 1, 0, 2];

    [Test]
    public void Counts_and_chances_by_hand()
    {
        var model = NGramModel.Train(Text, order: 2, vocabulary: 3);
        Assert.That(model.Count([0], 1), Is.EqualTo(2));
        Assert.That(model.Count([0], 2), Is.EqualTo(1));
        Assert.That(model.Count([], 0), Is.EqualTo(3));
        Assert.That(model.Contexts, Is.EqualTo(2), "nothing follows the 2 at the end");

        // Without context: 3 different tokens in 6, over 1/3 for all. After 0: 2 different tokens in 3.
        var ones = (2 + (3 / 3.0)) / (6 + 3);
        Assert.That(model.Probability([], 1), Is.EqualTo(ones).Within(1e-12));
        Assert.That(model.Probability([0], 1), Is.EqualTo((2 + (2 * ones)) / (3 + 2)).Within(1e-12));
        Assert.That(model.Probability([2], 1), Is.EqualTo(ones).Within(1e-12), "a context never seen says nothing");
        Assert.That(model.Probability([2, 2, 0], 1), Is.EqualTo(model.Probability([0], 1)), "only the last token counts");
    }

    [Test]
    public void The_loss_is_the_mean_of_the_logarithms()
    {
        var model = NGramModel.Train(Text, 3, 3);
        var byHand = Enumerable.Range(0, Text.Length).Average(i => -Math.Log(model.Probability(Text[..i], Text[i])));
        Assert.That(model.Loss(Text), Is.EqualTo(byHand).Within(1e-12));
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property The_chances_add_up_to_one_and_none_is_zero() => Prop.ForAll(
        Gen.Choose(0, 4).NonEmptyListOf().ToArbitrary(), Gen.Choose(0, 4).ListOf().ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(),
        (text, context, order) =>
        {
            var p = NGramModel.Train([.. text], order, 5).Probabilities([.. context]);
            return Math.Abs(p.Sum() - 1) < 1e-9 && p.All(x => x > 0);
        });

    [Test]
    public void Longer_contexts_know_a_repeated_text_better()
    {
        int[] text = [.. Enumerable.Range(0, 300).Select(i => new[] { 0, 1, 0, 2, 0, 3 }[i % 6])];
        var losses = Enumerable.Range(1, 3).Select(order => NGramModel.Train(text, order, 4).Loss(text)).ToArray();
        Assert.That(losses, Is.Ordered.Descending);
        Assert.That(losses[2], Is.LessThan(0.1), "two tokens determine the third");
    }

    [Test]
    public void Samples_follow_the_chances_and_the_seed()
    {
        var model = NGramModel.Train(Text, 1, 3);

        // 10,000 draws: the standard deviation of a share is at most 0.005, so 0.025 is five of them.
        var drawn = model.Sample([], 10_000, seed: 1);
        for (var token = 0; token < 3; token++)
        {
            Assert.That(drawn.Count(t => t == token) / 10_000.0, Is.EqualTo(model.Probability([], token)).Within(0.025));
        }

        Assert.That(model.Sample([2], 20, seed: 1), Is.EqualTo(model.Sample([2], 20, seed: 1)));
        Assert.That(model.Sample([2], 20, seed: 1), Is.Not.EqualTo(model.Sample([2], 20, seed: 2)));
        Assert.That(model.Sample([2, 1], 3)[..2], Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public void Bad_input_is_refused()
    {
        Assert.That(() => NGramModel.Train([], 2, 3), Throws.ArgumentException);
        Assert.That(() => NGramModel.Train([3], 2, 3), Throws.ArgumentException.With.Message.Contains("Token 0 is 3"));
        Assert.That(() => NGramModel.Train([-1], 2, 3), Throws.ArgumentException);
        Assert.That(() => NGramModel.Train(Text, 0, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => NGramModel.Train(Text, 17, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var model = NGramModel.Train(Text, 2, 3);
        Assert.That(() => model.Probability([], 3), Throws.ArgumentException);
        Assert.That(() => model.Count([0, 1], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => model.Loss([]), Throws.ArgumentException);
        Assert.That(() => model.Sample([], -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
