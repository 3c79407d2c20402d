namespace Course.Alignment.Judgement;

/// <summary>
/// Strengths from comparisons: i beats j with probability σ(s_i − s_j) (Bradley and Terry 1952). The same model is behind the loss of
/// a reward model, which learns s as a function of the text.
/// </summary>
public sealed class BradleyTerry
{
    private BradleyTerry(double[] strengths, double[] errors, int iterations) =>
        (Strengths, StandardErrors, Iterations) = (strengths, errors, iterations);

    /// <summary>s of each competitor; their mean is 0.</summary>
    public IReadOnlyList<double> Strengths { get; }

    /// <summary>How uncertain each is: from the diagonal of the Fisher information, the other strengths taken as known.</summary>
    public IReadOnlyList<double> StandardErrors { get; }

    /// <summary>How many iterations it took.</summary>
    public int Iterations { get; }

    /// <summary>The probability that one beats another.</summary>
    /// <param name="first">The number of one.</param>
    /// <param name="second">The number of the other.</param>
    public double WinProbability(int first, int second) => 1 / (1 + Math.Exp(Strengths[second] - Strengths[first]));

    /// <summary>The most likely strengths, by the minorisation-maximisation algorithm (Hunter 2004, equation 3).</summary>
    /// <param name="wins">wins[i, j]: how often i beat j; a tie is half a win for both.</param>
    /// <param name="prior">
    /// So many extra half wins and half losses of everyone against an imagined average competitor: keeps who never lost or never
    /// won, or was never compared with the others, from running off to infinity. 0 for none.
    /// </param>
    /// <param name="tolerance">Stops when no strength changes by more.</param>
    /// <param name="maxIterations">Stops with an error after so many.</param>
    /// <exception cref="ArgumentException">The table is not square or holds negative numbers, or without a prior no finite strengths exist.</exception>
    public static BradleyTerry Fit(double[,] wins, double prior = 0.1, double tolerance = 1e-10, int maxIterations = 100_000)
    {
        ArgumentNullException.ThrowIfNull(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(prior);
        var n = wins.GetLength(0);
        if (n == 0 || wins.GetLength(1) != n || wins.Cast<double>().Any(count => !(count >= 0 && double.IsFinite(count))))
        {
            throw new ArgumentException("The wins must be a square table of numbers that are not negative.", nameof(wins));
        }

        if (prior == 0 && !IsStronglyConnected(wins))
        {
            throw new ArgumentException(
                "The competitors fall into groups of which one never lost to the other, so no finite strengths explain the results. "
                + "Give a prior, such as 0.1.", nameof(prior));
        }

        var weights = Enumerable.Repeat(1.0, n).ToArray(); // e^s
        var iterations = 0;
        for (var change = double.PositiveInfinity; change > tolerance; iterations++)
        {
            if (iterations == maxIterations)
            {
                throw new ArgumentException($"No strengths found in {maxIterations} iterations.", nameof(wins));
            }

            var next = new double[n];
            for (var i = 0; i < n; i++)
            {
                var (won, denominator) = (prior / 2, prior / (weights[i] + 1)); // against one of strength 0
                for (var j = 0; j < n; j++)
                {
                    if (j != i)
                    {
                        won += wins[i, j];
                        denominator += (wins[i, j] + wins[j, i]) / (weights[i] + weights[j]);
                    }
                }

                next[i] = denominator > 0 ? won / denominator : weights[i];
            }

            // Only ratios count, unless the imagined competitor fixes the scale.
            var scale = prior > 0 ? 1 : Math.Exp(next.Average(weight => Math.Log(weight)));
            change = 0;
            for (var i = 0; i < n; i++)
            {
                next[i] /= scale;
                change = Math.Max(change, Math.Abs(Math.Log(next[i] / weights[i])));
            }

            weights = next;
        }

        var strengths = weights.Select(weight => Math.Log(weight)).ToArray();
        var mean = strengths.Average();
        return new BradleyTerry([.. strengths.Select(s => s - mean)], Errors(wins, strengths, prior), iterations);
    }

    /// <summary>Counts who beat whom.</summary>
    /// <param name="results">The numbers of the two competitors and how it ended.</param>
    /// <param name="count">How many competitors there are.</param>
    /// <returns>wins[i, j]: how often i beat j, a tie being half a win for both.</returns>
    public static double[,] CountWins(IEnumerable<(int First, int Second, Choice Choice)> results, int count)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var wins = new double[count, count];
        foreach (var (first, second, choice) in results)
        {
            wins[first, second] += choice switch { Choice.First => 1, Choice.Tie => 0.5, _ => 0 };
            wins[second, first] += choice switch { Choice.Second => 1, Choice.Tie => 0.5, _ => 0 };
        }

        return wins;
    }

    private static double[] Errors(double[,] wins, double[] strengths, double prior)
    {
        var n = strengths.Length;
        return [.. Enumerable.Range(0, n).Select(i =>
        {
            var information = prior * Certainty(strengths[i]);
            for (var j = 0; j < n; j++)
            {
                information += j == i ? 0 : (wins[i, j] + wins[j, i]) * Certainty(strengths[i] - strengths[j]);
            }

            return 1 / Math.Sqrt(information);
        })];

        // p (1 − p): what one comparison tells.
        static double Certainty(double difference) => 1 / ((1 + Math.Exp(difference)) * (1 + Math.Exp(-difference)));
    }

    // From everyone there must be a chain of wins to everyone (Ford 1957).
    private static bool IsStronglyConnected(double[,] wins)
    {
        var n = wins.GetLength(0);
        return Reached((i, j) => wins[i, j] > 0) == n && Reached((i, j) => wins[j, i] > 0) == n;

        int Reached(Func<int, int, bool> edge)
        {
            var seen = new HashSet<int> { 0 };
            var queue = new Queue<int>(seen);
            while (queue.TryDequeue(out var i))
            {
                foreach (var j in Enumerable.Range(0, n).Where(j => edge(i, j) && seen.Add(j)))
                {
                    queue.Enqueue(j);
                }
            }

            return seen.Count;
        }
    }
}
