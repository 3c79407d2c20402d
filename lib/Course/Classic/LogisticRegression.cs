namespace Course.Classic;

/// <summary>
/// One weighted sum for each class, made into probabilities by the softmax: the simplest classifier that learns by gradient descent,
/// and the last layer of every network that classifies (Cox, "The regression analysis of binary sequences", 1958, and its extension
/// to several classes).
/// </summary>
/// <remarks>The loss is the mean of −ln p(right class), in nats, plus l2 · Σ w² where weights are to stay small.</remarks>
public sealed class LogisticRegression
{
    private readonly double[,] weights;
    private readonly double[] biases;

    /// <summary>A classifier that knows nothing: all weights are 0, all classes equally probable.</summary>
    /// <param name="features">How many numbers a point has.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    public LogisticRegression(int features, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (weights, biases) = (new double[classes, features], new double[classes]);
    }

    /// <summary>How many numbers a point has.</summary>
    public int Features => weights.GetLength(1);

    /// <summary>How many classes there are.</summary>
    public int Classes => biases.Length;

    /// <summary>A copy of the weights: (class, feature).</summary>
    public double[,] Weights => (double[,])weights.Clone();

    /// <summary>A copy of the biases: (class).</summary>
    public double[] Biases => [.. biases];

    /// <summary>Starts from nothing and takes steps of gradient descent, each on all examples.</summary>
    /// <param name="points">The examples: (example)(feature). Features of about the same size learn fastest.</param>
    /// <param name="labels">The class of each, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="learningRate">How far each step goes.</param>
    /// <param name="l2">How much the squared weights cost.</param>
    /// <exception cref="ArgumentException">No examples, not as many labels, a class that does not exist, or a number that is not finite.</exception>
    public static LogisticRegression Fit(
        IReadOnlyList<double[]> points, IReadOnlyList<int> labels, int classes, int steps = 500, double learningRate = 0.5, double l2 = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        CheckRates(learningRate, l2);
        var model = new LogisticRegression(Points.Check(points, labels, classes), classes);
        for (var step = 0; step < steps; step++)
        {
            model.Descend(points, labels, learningRate, l2);
        }

        return model;
    }

    /// <summary>One step of gradient descent on all examples.</summary>
    /// <exception cref="ArgumentException">As in <see cref="Fit"/>.</exception>
    public void Step(IReadOnlyList<double[]> points, IReadOnlyList<int> labels, double learningRate, double l2 = 0)
    {
        CheckExamples(points, labels);
        CheckRates(learningRate, l2);
        Descend(points, labels, learningRate, l2);
    }

    private void Descend(IReadOnlyList<double[]> points, IReadOnlyList<int> labels, double learningRate, double l2)
    {
        var gradient = new double[Classes, Features];
        var biasGradient = new double[Classes];
        for (var i = 0; i < points.Count; i++)
        {
            var p = Probabilities(points[i]);
            for (var c = 0; c < Classes; c++)
            {
                // The derivative of −ln p(right) with respect to the sum of class c: answer minus truth.
                var blame = (p[c] - (labels[i] == c ? 1 : 0)) / points.Count;
                biasGradient[c] += blame;
                for (var f = 0; f < Features; f++)
                {
                    gradient[c, f] += blame * points[i][f];
                }
            }
        }

        for (var c = 0; c < Classes; c++)
        {
            biases[c] -= learningRate * biasGradient[c];
            for (var f = 0; f < Features; f++)
            {
                weights[c, f] -= learningRate * (gradient[c, f] + (2 * l2 * weights[c, f]));
            }
        }
    }

    /// <summary>How probable each class is for a point; the probabilities add up to 1.</summary>
    /// <exception cref="ArgumentException">The point has another number of features.</exception>
    public double[] Probabilities(params double[] point)
    {
        Points.CheckQuery(point, Features);
        var scores = new double[Classes];
        for (var c = 0; c < Classes; c++)
        {
            scores[c] = biases[c];
            for (var f = 0; f < point.Length; f++)
            {
                scores[c] += weights[c, f] * point[f];
            }
        }

        return Softmax(scores);
    }

    /// <summary>The most probable class; the first of equals.</summary>
    public int Predict(params double[] point)
    {
        var p = Probabilities(point);
        return Array.IndexOf(p, p.Max());
    }

    /// <summary>The mean of −ln p(right class) over the examples, in nats, without any penalty.</summary>
    public double Loss(IReadOnlyList<double[]> points, IReadOnlyList<int> labels)
    {
        CheckExamples(points, labels);
        return points.Select((point, i) => -Math.Log(Math.Max(Probabilities(point)[labels[i]], double.Epsilon))).Average();
    }

    /// <summary>e to the power of each score, divided by their sum: positive numbers that add up to 1.</summary>
    /// <param name="scores">Any finite numbers, at least one.</param>
    public static double[] Softmax(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
        {
            throw new ArgumentException("The softmax of no scores is not defined.", nameof(scores));
        }

        // Only differences matter; with the largest at 0, no power overflows.
        var largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp(s - largest))];
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }

    private static void CheckRates(double learningRate, double l2)
    {
        if (!(learningRate > 0 && double.IsFinite(learningRate)))
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate is a positive number.");
        }

        if (!(l2 >= 0 && double.IsFinite(l2)))
        {
            throw new ArgumentOutOfRangeException(nameof(l2), l2, "The price of large weights is zero or positive.");
        }
    }

    private void CheckExamples(IReadOnlyList<double[]> points, IReadOnlyList<int> labels)
    {
        if (Points.Check(points, labels, Classes) != Features)
        {
            throw new ArgumentException($"The points have {points[0].Length} numbers; this classifier takes {Features}.", nameof(points));
        }
    }
}
