namespace Course.Classic;

/// <summary>
/// How good are answers? One figure is never enough: each of these hides what another shows. All take the truth first and the answers
/// second, as classes from 0.
/// </summary>
public static class Metrics
{
    /// <summary>The share of right answers.</summary>
    /// <exception cref="ArgumentException">No answers, or not as many as truths.</exception>
    public static double Accuracy(IReadOnlyList<int> truth, IReadOnlyList<int> answers)
    {
        Check(truth, answers);
        return truth.Where((t, i) => t == answers[i]).Count() / (double)truth.Count;
    }

    /// <summary>How often each class was taken for each: (true class, answered class).</summary>
    /// <exception cref="ArgumentException">A class is not between 0 and <paramref name="classes"/> − 1.</exception>
    public static int[,] ConfusionMatrix(IReadOnlyList<int> truth, IReadOnlyList<int> answers, int classes)
    {
        Check(truth, answers);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        var counts = new int[classes, classes];
        for (var i = 0; i < truth.Count; i++)
        {
            if ((uint)truth[i] >= (uint)classes || (uint)answers[i] >= (uint)classes)
            {
                throw new ArgumentException($"Example {i}: truth {truth[i]}, answer {answers[i]}, but classes run from 0 to {classes - 1}.");
            }

            counts[truth[i], answers[i]]++;
        }

        return counts;
    }

    /// <summary>
    /// Of all answers that name the class, the share that is right; not a number when none names it.
    /// </summary>
    public static double Precision(IReadOnlyList<int> truth, IReadOnlyList<int> answers, int label)
    {
        var (hits, falseAlarms, _) = Count(truth, answers, label);
        return hits / (double)(hits + falseAlarms);
    }

    /// <summary>Of all examples of the class, the share that was found; not a number when there are none.</summary>
    public static double Recall(IReadOnlyList<int> truth, IReadOnlyList<int> answers, int label)
    {
        var (hits, _, missed) = Count(truth, answers, label);
        return hits / (double)(hits + missed);
    }

    /// <summary>
    /// The harmonic mean of precision and recall, 2·hits / (2·hits + false alarms + missed): high only if both are. Not a number when
    /// the class neither occurs nor is named.
    /// </summary>
    public static double F1(IReadOnlyList<int> truth, IReadOnlyList<int> answers, int label)
    {
        var (hits, falseAlarms, missed) = Count(truth, answers, label);
        return 2.0 * hits / ((2 * hits) + falseAlarms + missed);
    }

    /// <summary>
    /// The chance that a random positive example has a higher score than a random negative one, ties counted half: the area under the
    /// ROC curve (Hanley and McNeil, 1982). 1 is perfect, 0.5 is guessing; it needs no threshold.
    /// </summary>
    /// <param name="positive">The scores of examples that should score high.</param>
    /// <param name="negative">The scores of examples that should score low.</param>
    /// <exception cref="ArgumentException">A list is empty or holds something that is not a number.</exception>
    public static double AreaUnderRoc(IReadOnlyList<double> positive, IReadOnlyList<double> negative)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        if (positive.Count == 0 || negative.Count == 0 || positive.Concat(negative).Any(double.IsNaN))
        {
            throw new ArgumentException("The area needs scores of both kinds, and each must be a number.");
        }

        double[] sorted = [.. negative.Order()];
        return positive.Average(score =>
        {
            var below = Below(sorted, score, orEqual: false);
            return (below + ((Below(sorted, score, orEqual: true) - below) / 2.0)) / sorted.Length;
        });
    }

    // How many numbers of a sorted list are smaller than (or equal to) a score, by halving the list.
    private static int Below(double[] sorted, double score, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < score || (orEqual && sorted[middle] == score))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static (int Hits, int FalseAlarms, int Missed) Count(IReadOnlyList<int> truth, IReadOnlyList<int> answers, int label)
    {
        Check(truth, answers);
        var (hits, falseAlarms, missed) = (0, 0, 0);
        for (var i = 0; i < truth.Count; i++)
        {
            hits += truth[i] == label && answers[i] == label ? 1 : 0;
            falseAlarms += truth[i] != label && answers[i] == label ? 1 : 0;
            missed += truth[i] == label && answers[i] != label ? 1 : 0;
        }

        return (hits, falseAlarms, missed);
    }

    private static void Check(IReadOnlyList<int> truth, IReadOnlyList<int> answers)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(answers);
        if (truth.Count == 0 || truth.Count != answers.Count)
        {
            throw new ArgumentException($"There must be an answer for each truth, and at least one: {truth.Count} truths, {answers.Count} answers.");
        }
    }
}
