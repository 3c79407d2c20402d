using Course.Classic;
using Course.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Classic;

[TestFixture]
public class RegressionTests
{
    private static readonly double[][] OneFeature = [[0], [1], [2], [3]];

    [Test]
    public void Points_on_a_line_give_the_line_back()
    {
        var line = LinearRegression.Fit(OneFeature, [1, 3, 5, 7]);
        Assert.That(line.Weights[0], Is.EqualTo(2).Within(1e-12));
        Assert.That(line.Bias, Is.EqualTo(1).Within(1e-12));
        Assert.That(line.Predict(10), Is.EqualTo(21).Within(1e-11));
        Assert.That(line.MeanSquaredError(OneFeature, [1, 3, 5, 8]), Is.EqualTo(0.25).Within(1e-12));
    }

    [Test]
    public void The_line_through_three_points_is_the_textbooks()
    {
        // Slope = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)² = 1 / 2, height ȳ − slope · x̄ = 1/3 + … computed by hand.
        var line = LinearRegression.Fit([[0.0], [1.0], [2.0]], [0, 1, 1]);
        Assert.That(line.Weights[0], Is.EqualTo(0.5).Within(1e-12));
        Assert.That(line.Bias, Is.EqualTo(1 / 6.0).Within(1e-12));
    }

    [Test]
    public void No_small_change_of_the_line_lowers_the_loss()
    {
        var iris = Tables.Iris();
        var (points, targets) = (Points.Of(iris, 0, 1, 2), Points.Of(iris, 3).Select(p => p[0]).ToArray());
        foreach (var ridge in new[] { 0, 0.01, 1 })
        {
            double Loss(LinearRegression line) => line.MeanSquaredError(points, targets) + (ridge * line.Weights.Sum(w => w * w));
            var best = LinearRegression.Fit(points, targets, ridge);
            for (var f = 0; f < 4; f++)
            {
                foreach (var by in new[] { -1e-3, 1e-3 })
                {
                    var changed = best.Weights.ToArray();
                    if (f < 3)
                    {
                        changed[f] += by;
                    }

                    Assert.That(Loss(new LinearRegression(changed, best.Bias + (f == 3 ? by : 0))), Is.GreaterThan(Loss(best)), $"ridge {ridge}, dial {f}");
                }
            }
        }
    }

    [Test]
    public void Ridge_shrinks_the_weights_and_moves_the_answer_towards_the_mean()
    {
        double[] targets = [1, 3, 5, 7];
        var sizes = new[] { 0, 0.1, 1, 10, 1e6 }.Select(r => Math.Abs(LinearRegression.Fit(OneFeature, targets, r).Weights[0])).ToArray();
        Assert.That(sizes, Is.Ordered.Descending);

        // By hand for one feature: w = Σ(x−x̄)(y−ȳ) / (Σ(x−x̄)² + n · ridge) = 10 / (5 + 4).
        Assert.That(sizes[2], Is.EqualTo(10 / 9.0).Within(1e-12));
        Assert.That(LinearRegression.Fit(OneFeature, targets, 1e6).Predict(100), Is.EqualTo(4).Within(1e-3));
    }

    [Test]
    public void Of_two_features_that_say_the_same_each_gets_half()
    {
        var line = LinearRegression.Fit([[0, 0], [1, 1], [2, 2]], [0.0, 2, 4]);
        Assert.That(line.Weights, Is.EqualTo(new[] { 1.0, 1 }).Within(1e-9));
    }

    [Test]
    public void A_step_of_logistic_regression_follows_the_measured_slope()
    {
        var iris = Tables.Iris();
        var (points, labels) = (Points.Of(iris, 2, 3), iris.Labels);
        var before = LogisticRegression.Fit(points, labels, 3, steps: 5, learningRate: 0.1);
        var after = LogisticRegression.Fit(points, labels, 3, steps: 6, learningRate: 0.1);
        for (var c = 0; c < 3; c++)
        {
            for (var f = 0; f < 2; f++)
            {
                var slope = -(after.Weights[c, f] - before.Weights[c, f]) / 0.1;
                Assert.That(slope, Is.EqualTo(Slope(before, c, f)).Within(1e-6), $"class {c}, feature {f}");
            }
        }

        double Slope(LogisticRegression model, int c, int f)
        {
            const double H = 1e-5;
            var (weights, biases) = (model.Weights, model.Biases);
            double Loss(double by) => points.Select((point, i) =>
            {
                var scores = Enumerable.Range(0, 3).Select(k => biases[k]
                    + Enumerable.Range(0, 2).Sum(j => (weights[k, j] + (k == c && j == f ? by : 0)) * point[j])).ToArray();
                return Math.Log(scores.Sum(Math.Exp)) - scores[labels[i]];
            }).Average();
            return (Loss(H) - Loss(-H)) / (2 * H);
        }
    }

    [Test]
    public void It_starts_undecided_and_learns_iris()
    {
        var iris = Tables.Iris();
        var standard = Standardiser.Fit(iris).Apply(iris);
        var (points, labels) = (Points.Of(standard), iris.Labels);
        var model = new LogisticRegression(4, 3);
        Assert.That(model.Loss(points, labels), Is.EqualTo(Math.Log(3)).Within(1e-12));
        var losses = new List<double>();
        for (var step = 0; step < 200; step++)
        {
            model.Step(points, labels, 0.5);
            losses.Add(model.Loss(points, labels));
        }

        Assert.That(losses, Is.Ordered.Descending);
        Assert.That(Metrics.Accuracy(labels, [.. points.Select(p => model.Predict(p))]), Is.GreaterThan(0.95));
        var firm = LogisticRegression.Fit(points, labels, 3, 200, 0.5, l2: 0.1);
        Assert.That(firm.Weights.Cast<double>().Sum(w => w * w), Is.LessThan(model.Weights.Cast<double>().Sum(w => w * w)));
    }

    [FsCheck.NUnit.Property]
    public Property Softmax_adds_up_to_one_and_keeps_the_order() => Prop.ForAll(
        Gen.Choose(-1000, 1000).Select(i => (double)i).NonEmptyListOf().ToArbitrary(),
        scores =>
        {
            var p = LogisticRegression.Softmax([.. scores]);
            var pairs = scores.Zip(p).ToArray();
            return Math.Abs(p.Sum() - 1) < 1e-12 && p.All(x => x is >= 0 and <= 1)
                && pairs.All(a => pairs.All(b => a.First <= b.First == a.Second <= b.Second || Math.Max(a.Second, b.Second) < 1e-300));
        });

    [Test]
    public void The_nearest_neighbours_are_the_nearest()
    {
        var near = new NearestNeighbours([[0, 0], [1, 0], [5, 5], [6, 5], [5, 6]], [0, 0, 1, 1, 1]);
        Assert.That(near.Nearest([0, 0], 2), Is.EqualTo(new[] { (0, 0.0), (1, 1.0) }));
        Assert.That(near.Predict([0.9, 0.1]), Is.Zero);
        Assert.That(near.Predict([0.9, 0.1], 5), Is.EqualTo(1), "all are asked, and most are 1");
        Assert.That(near.Predict([2.9, 2.6], 4), Is.EqualTo(1));
        Assert.That(near.Predict([0.4, 0], 4), Is.Zero, "two of each: the nearest decides");
        Assert.That(near.Distance([1, 1], 2), Is.EqualTo((1 + Math.Sqrt(2)) / 2).Within(1e-12));
    }

    [Test]
    public void Bad_input_is_refused()
    {
        Assert.That(() => LinearRegression.Fit([], []), Throws.ArgumentException.With.Message.Contains("no points"));
        Assert.That(() => LinearRegression.Fit(OneFeature, [1, 2]), Throws.ArgumentException.With.Message.Contains("4 points"));
        Assert.That(() => LinearRegression.Fit(OneFeature, [1, 2, 3, double.NaN]), Throws.ArgumentException);
        Assert.That(() => LinearRegression.Fit(OneFeature, [1, 2, 3, 4], ridge: -1), Throws.ArgumentException);
        Assert.That(() => LinearRegression.Fit([[1], [1, 2]], [1, 2]), Throws.ArgumentException.With.Message.Contains("Point 1"));
        Assert.That(() => new LinearRegression([1], 0).Predict(1, 2), Throws.ArgumentException);
        Assert.That(() => LogisticRegression.Fit(OneFeature, [0, 1, 2, 0], 2), Throws.ArgumentException.With.Message.Contains("point 2"));
        Assert.That(() => LogisticRegression.Fit([[double.PositiveInfinity]], [0], 2), Throws.ArgumentException);
        Assert.That(() => new LogisticRegression(2, 2).Step(OneFeature, [0, 0, 0, 0], 0.1), Throws.ArgumentException);
        Assert.That(() => new LogisticRegression(1, 2).Step(OneFeature, [0, 0, 0, 0], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LogisticRegression(1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LogisticRegression.Softmax([]), Throws.ArgumentException);
        Assert.That(() => new NearestNeighbours([[1]], [-1]), Throws.ArgumentException);
        Assert.That(() => new NearestNeighbours([[1]], [0]).Nearest([1], 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new NearestNeighbours([[1]], [0]).Nearest([1, 2], 1), Throws.ArgumentException);
        Assert.That(() => Points.Of(Tables.Iris(), 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Points.SquaredDistance([1], [1, 2]), Throws.ArgumentException);
    }
}
