using Course.Models;
using Course.Scaling;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Scaling;

public sealed class ScalingLawTests
{
    [Test]
    public void The_published_constants_give_the_published_exponents()
    {
        Assert.That(ChinchillaLaw.Published.ParametersPerCompute, Is.EqualTo(0.452).Within(0.0005));
        Assert.That(ChinchillaLaw.Published.TokensPerCompute, Is.EqualTo(0.548).Within(0.0005));
    }

    [Property]
    public bool No_other_split_of_a_budget_is_better_than_the_optimal_one(PositiveInt exponent, NormalFloat factor)
    {
        var budget = Math.Pow(10, 12 + (exponent.Get % 12));
        var (parameters, tokens) = ChinchillaLaw.Published.Optimal(budget);
        var other = parameters * Math.Exp(Math.Clamp(factor.Get, -5, 5));
        var best = ChinchillaLaw.Published.Loss(parameters, tokens);
        return Math.Abs(TrainingCompute.Flops(parameters, tokens) / budget - 1) < 1e-9
            && ChinchillaLaw.Published.Loss(other, TrainingCompute.Tokens(budget, other)) >= best - 1e-12;
    }

    [Test]
    public void A_law_is_found_again_in_its_own_values()
    {
        var truth = new ChinchillaLaw(1.5, 120, 300, 0.31, 0.37);
        var found = ChinchillaFit.To(Grid(truth, noise: 0));
        Assert.Multiple(() =>
        {
            Assert.That(found.ParameterExponent, Is.EqualTo(0.31).Within(1e-3));
            Assert.That(found.DataExponent, Is.EqualTo(0.37).Within(1e-3));
            Assert.That(found.Irreducible, Is.EqualTo(1.5).Within(1e-2));
            Assert.That(found.Loss(3e7, 3e9), Is.EqualTo(truth.Loss(3e7, 3e9)).Within(1e-4), "also outside the measured range");
        });
    }

    [Test]
    public void The_range_holds_the_true_exponent_when_the_losses_are_noisy()
    {
        // 19 of 20 ranges hold the truth; of eight independent ones fewer than five do so in about one case of 3,000.
        var truth = new ChinchillaLaw(1.5, 120, 300, 0.31, 0.37);
        var hits = Enumerable.Range(1, 8).Count(seed =>
            ChinchillaFit.WithConfidence(Grid(truth, noise: 0.002, seed), resamples: 60, seed: seed).ParametersPerCompute.Contains(truth.ParametersPerCompute));
        Assert.That(hits, Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public void Too_few_or_too_equal_trainings_are_refused()
    {
        var grid = Grid(ChinchillaLaw.Published, 0).ToArray();
        Assert.That(() => ChinchillaFit.To(grid.Take(5)), Throws.ArgumentException.With.Message.Contains("six trainings"));
        Assert.That(() => ChinchillaFit.To(grid.Select(run => run with { Parameters = 1e6 })), Throws.ArgumentException);
        Assert.That(() => ChinchillaFit.To(grid.Append(grid[0] with { Loss = double.NaN })), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ChinchillaFit.To(null!), Throws.ArgumentNullException);
    }

    [Property]
    public bool A_power_law_is_found_again(NormalFloat exponent, PositiveInt scale)
    {
        var law = new PowerLaw(scale.Get, Math.Clamp(exponent.Get, -3, 3));
        var fit = PowerLaw.Fit(Enumerable.Range(1, 12).Select(x => ((double)x * 1000, law.At(x * 1000))), resamples: 20);
        return Math.Abs(fit.Law.Exponent - law.Exponent) < 1e-9 && Math.Abs(fit.Law.Scale / law.Scale - 1) < 1e-8
            && fit.Determination > 1 - 1e-9 && fit.Exponent.Low <= fit.Exponent.High;
    }

    [Test]
    public void The_bootstrap_of_a_slope_is_as_wide_as_theory_says()
    {
        // The deviation of a slope is σ/√Σ(x − x̄)²; 95 % lie within 1.96 of them. The bootstrap estimates it within a quarter here.
        var random = new Random(3);
        const double Sigma = 0.1;
        var x = Enumerable.Range(0, 200).Select(i => i / 20.0).ToArray();
        var points = x.Select(v => (Math.Exp(v), Math.Exp(2 - (0.5 * v) + (Sigma * Normal(random)))));
        var fit = PowerLaw.Fit(points, resamples: 2000);
        var expected = 1.96 * Sigma / Math.Sqrt(x.Sum(v => Math.Pow(v - x.Average(), 2)));
        Assert.That((fit.Exponent.High - fit.Exponent.Low) / 2, Is.EqualTo(expected).Within(0.25 * expected));
        Assert.That(fit.Exponent.Estimate, Is.EqualTo(-0.5).Within(3 * expected));
    }

    [Test]
    public void Nonsense_is_refused()
    {
        Assert.That(() => PowerLaw.Fit([(1, 1), (2, 2)]), Throws.ArgumentException);
        Assert.That(() => PowerLaw.Fit([(1, 1), (1, 2), (1, 3)]), Throws.ArgumentException);
        Assert.That(() => PowerLaw.Fit([(1, 1), (2, -2), (3, 3)]), Throws.ArgumentException.With.Message.Contains("-2"));
        Assert.That(() => TrainingCompute.Flops(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => TrainingCompute.Tokens(1, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ConfidenceInterval.FromBootstrap(1, [1, 2]), Throws.ArgumentException);
        Assert.That(() => ConfidenceInterval.FromBootstrap(1, Enumerable.Repeat(1.0, 30), 1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ChinchillaLaw.Published.Optimal(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(128, 4)]
    [TestCase(384, 6)]
    [TestCase(768, 12)]
    public void Six_per_parameter_and_token_is_what_counting_operations_gives_without_attention(int width, int layers)
    {
        var config = new GptConfig { VocabularySize = 65, Width = width, Layers = layers, BlockSize = 64 };
        // Weights of matrices: tied logits use the token table as one; positions are only looked up; norms are not matrices.
        var matrices = config.ParameterCount - ((long)config.BlockSize * width) - (((2L * layers) + 1) * width);
        // Scores and weighted sums: 2 products of (time × width) per token and layer, of 2 operations each, three times over.
        var attention = 3.0 * 2 * 2 * config.BlockSize * width * layers;
        Assert.That(config.TrainingFlopsPerToken - attention, Is.EqualTo(TrainingCompute.Flops(matrices, 1)).Within(1e-6).Percent);
    }

    private static IEnumerable<ScalingRun> Grid(ChinchillaLaw law, double noise, int seed = 1)
    {
        var random = new Random(seed);
        foreach (var parameters in (double[])[1e4, 1e5, 1e6, 1e7])
        {
            foreach (var tokens in (double[])[1e6, 1e7, 1e8, 1e9])
            {
                var loss = law.Loss(parameters, tokens) * Math.Exp(noise * Normal(random));
                yield return new ScalingRun($"{parameters}-{tokens}", parameters, tokens, loss, 1);
            }
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
