using System.Globalization;
using Course.Plots.Svg;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>
    /// Which classes a classifier takes for which. Right answers, on the diagonal, are blue by their share of the row; wrong ones
    /// are vermilion relative to the most frequent confusion, so that three mistakes among two thousand answers are still seen.
    /// </summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="counts">Row: the true class; column: the predicted class; value: how often.</param>
    /// <param name="classes">Names of the classes; by default 0, 1, 2, …</param>
    /// <exception cref="ArgumentException">The matrix is not square, empty, holds a negative count, or the names do not fit.</exception>
    public static Picture ConfusionMatrix(string title, int[,] counts, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var size = counts.GetLength(0);
        Require.Some(size, "the confusion matrix");
        Require.SameLength(size, counts.GetLength(1), "the confusion matrix", "rows", "columns");
        Require.AtMost(size, 60, "classes");
        classes ??= Enumerate(size);
        Require.SameLength(size, classes.Count, "the confusion matrix", "classes", "names");
        if (counts.Cast<int>().Any(c => c < 0))
        {
            throw new ArgumentException("A confusion matrix holds counts, and a count cannot be negative.", nameof(counts));
        }

        var rowTotals = Enumerable.Range(0, size).Select(r => Enumerable.Range(0, size).Sum(c => (long)counts[r, c])).ToArray();
        var total = rowTotals.Sum();
        var right = Enumerable.Range(0, size).Sum(i => (long)counts[i, i]);
        var mistakes = Enumerable.Range(0, size * size).Where(i => i / size != i % size).Select(i => counts[i / size, i % size]);
        var mostConfused = mistakes.DefaultIfEmpty(0).Max();
        var values = Map(counts, (count, r, c) => r == c
            ? 0.85 * Share(count, rowTotals[r])
            : count == 0 ? 0 : -(0.15 + (0.7 * count / mostConfused)));
        var tips = Map(counts, (count, r, c) => r == c
            ? $"{classes[r]} recognised {count} of {rowTotals[r]} times ({Numbers.Percent(Share(count, rowTotals[r]))})"
            : $"{classes[r]} taken for {classes[c]}: {count} of {rowTotals[r]} times");
        var accuracy = Numbers.Percent(Share(right, total));
        var summary = string.Create(CultureInfo.InvariantCulture, $"{right:N0} of {total:N0} right ({accuracy}), {total - right:N0} wrong");
        var texts = Map(counts, count => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture));
        return new MatrixPicture(
            title,
            summary,
            [new MatrixPanel(null, Map(values, v => Numbers.Round(v, 4)), texts, tips)],
            classes,
            classes,
            "true class",
            "predicted class")
        {
            Minimum = -1,
            Maximum = 1,
            HoverTips = true,
            Details = $"Confusion matrix of {size} classes: {summary}.",
        };
    }

    /// <summary>Which classes a classifier takes for which, from the answers themselves.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="actual">The true class of each example, from 0.</param>
    /// <param name="predicted">The predicted class of each example, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">
    /// The lists differ in length, or a class is not between 0 and <paramref name="classes"/> − 1.
    /// </exception>
    public static Picture ConfusionMatrix(string title, IEnumerable<int> actual, IEnumerable<int> predicted, int classes)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Require.AtMost(classes, 60, "classes");
        int[] truths = [.. actual];
        int[] answers = [.. predicted];
        Require.SameLength(truths.Length, answers.Length, "the confusion matrix", "true classes", "predicted classes");
        var counts = new int[classes, classes];
        for (var i = 0; i < truths.Length; i++)
        {
            if ((uint)truths[i] >= (uint)classes || (uint)answers[i] >= (uint)classes)
            {
                throw new ArgumentException(
                    $"Example {i}: true class {truths[i]}, predicted class {answers[i]}, but classes run from 0 to {classes - 1}.");
            }

            counts[truths[i], answers[i]]++;
        }

        return ConfusionMatrix(title, counts);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
