namespace Course.Scaling;

/// <summary>
/// Finds the five numbers of <see cref="ChinchillaLaw"/> in measured trainings. For given exponents the law is linear in E, A and B,
/// so these follow from a small system of equations; only the two exponents are searched for, first on a grid, then by halving
/// steps around the best. Distances are relative to the loss, as in the paper's logarithms (section 3.3).
/// </summary>
public static class ChinchillaFit
{
    private const double LowestExponent = 0.02;
    private const double HighestExponent = 1.6;
    private const int GridSteps = 40;
    private const double FinestStep = 1e-6;

    /// <summary>Fits the law to trainings.</summary>
    /// <param name="runs">At least six, with at least three different N and three different D.</param>
    /// <exception cref="ArgumentException">They are too few or too much alike, or no law with positive terms describes them.</exception>
    public static ChinchillaLaw To(IEnumerable<ScalingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ScalingRun[] all = [.. runs];
        Check(all);
        return Search(all) ?? throw new ArgumentException(
            "No law with positive terms describes these trainings. More different sizes and amounts of data are needed.", nameof(runs));
    }

    /// <summary>Fits the law, and tells how sure its exponent of compute-optimal model size (a in N ∝ C^a) is, by resampling trainings.</summary>
    /// <param name="runs">As in <see cref="To"/>.</param>
    /// <param name="level">How often the range is to hold the true value.</param>
    /// <param name="resamples">Repetitions with trainings drawn with replacement.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <exception cref="ArgumentException">As in <see cref="To"/>.</exception>
    public static (ChinchillaLaw Law, ConfidenceInterval ParametersPerCompute) WithConfidence(
        IEnumerable<ScalingRun> runs, double level = 0.95, int resamples = 200, int seed = 1)
    {
        ScalingRun[] all = [.. runs];
        var law = To(all);
        var random = new Random(seed);
        var exponents = Enumerable.Range(0, resamples)
            .Select(_ => random.GetItems(all, all.Length))
            .Select(sample => IsVaried(sample) && Search(sample) is { } found ? found.ParametersPerCompute : double.NaN);
        return (law, ConfidenceInterval.FromBootstrap(law.ParametersPerCompute, exponents, level));
    }

    private static void Check(ScalingRun[] runs)
    {
        foreach (var run in runs)
        {
            TrainingCompute.Positive(run.Parameters, nameof(run.Parameters));
            TrainingCompute.Positive(run.Tokens, nameof(run.Tokens));
            TrainingCompute.Positive(run.Loss, nameof(run.Loss));
        }

        if (!IsVaried(runs))
        {
            throw new ArgumentException(
                "Five numbers are to be found: at least six trainings are needed, with three different model sizes and three amounts of data.", nameof(runs));
        }
    }

    private static bool IsVaried(ScalingRun[] runs) => runs.Distinct().Count() >= 6
        && runs.Select(run => run.Parameters).Distinct().Count() >= 3 && runs.Select(run => run.Tokens).Distinct().Count() >= 3;

    private static ChinchillaLaw? Search(ScalingRun[] runs)
    {
        (ChinchillaLaw? Law, double Error) best = (null, double.PositiveInfinity);
        for (var i = 0; i <= GridSteps; i++)
        {
            for (var j = 0; j <= GridSteps; j++)
            {
                Try(GridExponent(i), GridExponent(j));
            }
        }

        for (var step = 0.05; step > FinestStep && best.Law is not null;)
        {
            var before = best.Error;
            var (a, b) = (best.Law.ParameterExponent, best.Law.DataExponent);
            foreach (var (da, db) in (ReadOnlySpan<(int, int)>)[(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)])
            {
                Try(a * (1 + (da * step)), b * (1 + (db * step)));
            }

            step = best.Error < before ? step : step / 2;
        }

        return best.Law;

        void Try(double a, double b)
        {
            if (Solve(runs, a, b) is { } law && SquaredError(runs, law) is var error && error < best.Error)
            {
                best = (law, error);
            }
        }
    }

    private static double GridExponent(int step) =>
        LowestExponent * Math.Pow(HighestExponent / LowestExponent, (double)step / GridSteps);

    private static double SquaredError(ScalingRun[] runs, ChinchillaLaw law) => runs.Sum(run =>
    {
        var relative = (law.Loss(run.Parameters, run.Tokens) / run.Loss) - 1;
        return relative * relative;
    });

    /// <summary>
    /// E, A and B for given exponents: the normal equations of the three terms, by Cramer's rule. Nothing when a term is negative.
    /// </summary>
    private static ChinchillaLaw? Solve(ScalingRun[] runs, double a, double b)
    {
        // Powers are taken relative to the geometric mean, or the equations would mix numbers of very different size.
        var middleN = Math.Exp(runs.Average(run => Math.Log(run.Parameters)));
        var middleD = Math.Exp(runs.Average(run => Math.Log(run.Tokens)));
        var m = new double[3, 3];
        var right = new double[3];
        Span<double> terms = stackalloc double[3];
        foreach (var run in runs)
        {
            terms[0] = 1 / run.Loss;
            terms[1] = Math.Pow(run.Parameters / middleN, -a) / run.Loss;
            terms[2] = Math.Pow(run.Tokens / middleD, -b) / run.Loss;
            for (var i = 0; i < 3; i++)
            {
                right[i] += terms[i];
                for (var j = 0; j < 3; j++)
                {
                    m[i, j] += terms[i] * terms[j];
                }
            }
        }

        var determinant = Determinant(m);
        if (Math.Abs(determinant) < 1e-14 * m[0, 0] * m[1, 1] * m[2, 2])
        {
            return null;
        }

        var (e, sizeTerm, dataTerm) = (Replaced(0), Replaced(1), Replaced(2));
        return e < 0 || sizeTerm <= 0 || dataTerm <= 0
            ? null
            : new ChinchillaLaw(e, sizeTerm * Math.Pow(middleN, a), dataTerm * Math.Pow(middleD, b), a, b);

        double Replaced(int column)
        {
            var copy = (double[,])m.Clone();
            for (var row = 0; row < 3; row++)
            {
                copy[row, column] = right[row];
            }

            return Determinant(copy) / determinant;
        }
    }

    private static double Determinant(double[,] m) =>
        (m[0, 0] * ((m[1, 1] * m[2, 2]) - (m[1, 2] * m[2, 1])))
        - (m[0, 1] * ((m[1, 0] * m[2, 2]) - (m[1, 2] * m[2, 0])))
        + (m[0, 2] * ((m[1, 0] * m[2, 1]) - (m[1, 1] * m[2, 0])));
}
