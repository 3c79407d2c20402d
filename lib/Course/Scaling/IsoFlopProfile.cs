using System.Globalization;

namespace Course.Scaling;

/// <summary>
/// Trainings that all cost the same, with models of different sizes: a large model sees few tokens, a small one many, and in between
/// lies the best. Near it the loss is a parabola over the logarithm of the size (Hoffmann et al. 2022, section 3.2, "approach 2").
/// </summary>
/// <param name="Flops">C: the budget of each training, in operations.</param>
/// <param name="Parameters">N: the size at the parabola's lowest point.</param>
/// <param name="Tokens">D = C/(6·N): the tokens that size sees.</param>
/// <param name="Loss">The loss there, in nats per token.</param>
/// <param name="IsInside">Whether the lowest point lies between sizes that were trained. Outside it is a guess.</param>
public sealed record IsoFlopProfile(double Flops, double Parameters, double Tokens, double Loss, bool IsInside)
{
    private const double SameBudget = 0.1;

    /// <summary>Finds the best size for a budget.</summary>
    /// <param name="runs">At least three sizes; their budgets differ by a tenth at most.</param>
    /// <exception cref="ArgumentException">
    /// They are too few, cost different amounts, or their losses have no lowest point: the best size lies far from all of them.
    /// </exception>
    public static IsoFlopProfile Of(IEnumerable<ScalingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ScalingRun[] all = [.. runs];
        if (all.Select(run => run.Parameters).Distinct().Count() < 3)
        {
            throw new ArgumentException("A parabola needs trainings of at least three different sizes.", nameof(runs));
        }

        var budget = Math.Exp(all.Average(run => Math.Log(run.Flops)));
        if (all.FirstOrDefault(run => Math.Abs(Math.Log(run.Flops / budget)) > SameBudget) is { } other)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"'{other.Name}' costs {other.Flops:G3} operations, the others about {budget:G3}: take trainings of one budget."), nameof(runs));
        }

        // Sizes relative to their middle, or the equations would mix numbers of very different size.
        var middle = all.Average(run => Math.Log(run.Parameters));
        var (constant, slope, curvature) = Parabola([.. all.Select(run => (Math.Log(run.Parameters) - middle, run.Loss))]);
        if (!(curvature > 0))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The losses of the budget {budget:G3} have no lowest point: train smaller and larger models."), nameof(runs));
        }

        var place = -slope / (2 * curvature);
        var best = Math.Exp(place + middle);
        return new IsoFlopProfile(
            budget,
            best,
            TrainingCompute.Tokens(budget, best),
            constant + (slope * place / 2),
            best >= all.Min(run => run.Parameters) && best <= all.Max(run => run.Parameters));
    }

    /// <summary>How the best size and the best amount of data grow with compute: N ∝ C^a and D ∝ C^b.</summary>
    /// <param name="profiles">The best sizes for at least three budgets.</param>
    /// <param name="level">How often the ranges are to hold the true exponents.</param>
    /// <param name="seed">Of the resampling behind the ranges.</param>
    /// <exception cref="ArgumentException">There are fewer than three budgets.</exception>
    public static (PowerLawFit Parameters, PowerLawFit Tokens) Growth(
        IEnumerable<IsoFlopProfile> profiles, double level = 0.95, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        IsoFlopProfile[] all = [.. profiles];
        return (
            PowerLaw.Fit(all.Select(profile => (profile.Flops, profile.Parameters)), level, seed: seed),
            PowerLaw.Fit(all.Select(profile => (profile.Flops, profile.Tokens)), level, seed: seed));
    }

    // Least squares of c + b·x + a·x²: the normal equations, solved by elimination.
    private static (double Constant, double Slope, double Curvature) Parabola((double X, double Y)[] points)
    {
        var m = new double[3, 4];
        foreach (var (x, y) in points)
        {
            double[] powers = [1, x, x * x];
            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 3; column++)
                {
                    m[row, column] += powers[row] * powers[column];
                }

                m[row, 3] += powers[row] * y;
            }
        }

        for (var pivot = 0; pivot < 3; pivot++)
        {
            // The matrix of three or more different x is positive definite: no pivot vanishes.
            for (var row = 0; row < 3; row++)
            {
                var factor = row == pivot ? 0 : m[row, pivot] / m[pivot, pivot];
                for (var column = pivot; column < 4; column++)
                {
                    m[row, column] -= factor * m[pivot, column];
                }
            }
        }

        return (m[0, 3] / m[0, 0], m[1, 3] / m[1, 1], m[2, 3] / m[2, 2]);
    }
}
