using Course.Classic;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Classic;

[TestFixture]
public class MetricsTests
{
    private static readonly int[] Truth = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    private static readonly int[] Answers = [1, 1, 1, 0, 1, 0, 0, 0, 0, 0];

    [Test]
    public void Four_found_out_of_ten_by_hand()
    {
        Assert.That(Metrics.Accuracy(Truth, Answers), Is.EqualTo(0.8));
        Assert.That(Metrics.Precision(Truth, Answers, 1), Is.EqualTo(3 / 4.0));
        Assert.That(Metrics.Recall(Truth, Answers, 1), Is.EqualTo(3 / 4.0));
        Assert.That(Metrics.Recall(Truth, Answers, 0), Is.EqualTo(5 / 6.0));
        Assert.That(Metrics.F1(Truth, Answers, 1), Is.EqualTo(0.75));
        Assert.That(Metrics.ConfusionMatrix(Truth, Answers, 2), Is.EqualTo(new[,] { { 5, 1 }, { 1, 3 } }));
    }

    [Test]
    public void Who_never_says_yes_has_no_precision_and_finds_nothing()
    {
        int[] never = [.. Truth.Select(_ => 0)];
        Assert.That(Metrics.Precision(Truth, never, 1), Is.NaN);
        Assert.That(Metrics.Recall(Truth, never, 1), Is.Zero);
        Assert.That(Metrics.F1(Truth, never, 1), Is.Zero);
    }

    [Test]
    public void The_area_is_the_share_of_pairs_in_the_right_order()
    {
        Assert.That(Metrics.AreaUnderRoc([3, 4], [1, 2]), Is.EqualTo(1));
        Assert.That(Metrics.AreaUnderRoc([1], [2, 3]), Is.Zero);
        Assert.That(Metrics.AreaUnderRoc([2], [1, 2, 3]), Is.EqualTo(0.5), "a tie is half");
        Assert.That(Metrics.AreaUnderRoc([double.PositiveInfinity], [0]), Is.EqualTo(1));
    }

    [FsCheck.NUnit.Property]
    public Property The_area_equals_counting_all_pairs()
    {
        var scores = Gen.Choose(-5, 5).Select(i => (double)i).NonEmptyListOf();
        return Prop.ForAll(scores.ToArbitrary(), scores.ToArbitrary(), (positive, negative) =>
        {
            var pairs = positive.SelectMany(p => negative.Select(n => p > n ? 1 : p == n ? 0.5 : 0)).Average();
            return Math.Abs(Metrics.AreaUnderRoc([.. positive], [.. negative]) - pairs) < 1e-12;
        });
    }

    [Test]
    public void Bad_input_is_refused()
    {
        Assert.That(() => Metrics.Accuracy([], []), Throws.ArgumentException);
        Assert.That(() => Metrics.Accuracy([1], [1, 2]), Throws.ArgumentException);
        Assert.That(() => Metrics.ConfusionMatrix([2], [0], 2), Throws.ArgumentException.With.Message.Contains("truth 2"));
        Assert.That(() => Metrics.AreaUnderRoc([], [1]), Throws.ArgumentException);
        Assert.That(() => Metrics.AreaUnderRoc([double.NaN], [1]), Throws.ArgumentException);
    }

    [Test]
    public void Naive_Bayes_counts_as_by_hand()
    {
        var model = NaiveBayes.Train([(["good", "good", "film"], 1), (["bad", "film"], 0), (["good"], 1)]);

        // Vocabulary 3; class 1 has 4 words, 3 of them "good"; class 0 has 2.
        Assert.That(model.Vocabulary, Is.EqualTo(3));
        Assert.That(model.Scores(["good"])[1], Is.EqualTo(Math.Log(2 / 3.0) + Math.Log((3 + 1) / (4.0 + 3))).Within(1e-12));
        Assert.That(model.Scores(["good"])[0], Is.EqualTo(Math.Log(1 / 3.0) + Math.Log((0 + 1) / (2.0 + 3))).Within(1e-12));
        Assert.That(model.Evidence("good"), Is.EqualTo(Math.Log(4 / 7.0 / (1 / 5.0))).Within(1e-12));
        Assert.That(model.Evidence("good", 0, 1), Is.EqualTo(-model.Evidence("good")).Within(1e-12));
        Assert.That(model.Predict(["bad", "bad", "bad"]), Is.Zero);
        Assert.That(model.Predict(["never", "seen"]), Is.EqualTo(1), "without evidence the more frequent class");
        Assert.That(model.Evidence("never"), Is.Zero);
    }

    [Test]
    public void Naive_Bayes_gives_every_class_a_whole_distribution_over_words()
    {
        var model = NaiveBayes.Train([(["a", "b", "b"], 0), (["c"], 1), (["a"], 2)], classes: 3, smoothing: 0.5);
        var prior = model.Scores([]);
        for (var c = 0; c < 3; c++)
        {
            Assert.That(model.Words.Sum(word => Math.Exp(model.Scores([word])[c] - prior[c])), Is.EqualTo(1).Within(1e-12));
        }
    }

    [Test]
    public void Naive_Bayes_refuses_what_it_cannot_count()
    {
        Assert.That(() => NaiveBayes.Train([(["a"], 0)]), Throws.ArgumentException.With.Message.Contains("class 1"));
        Assert.That(() => NaiveBayes.Train([(["a"], 2)]), Throws.ArgumentException.With.Message.Contains("class 2"));
        Assert.That(() => NaiveBayes.Train([(["a"], 0), (["b"], 1)], smoothing: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
