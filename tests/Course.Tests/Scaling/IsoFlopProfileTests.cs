using Course.Scaling;
using NUnit.Framework;

namespace Course.Tests.Scaling;

public sealed class IsoFlopProfileTests
{
    [Test]
    public void The_lowest_point_of_an_exact_parabola_is_found()
    {
        const double Budget = 6e12;
        var runs = Sizes(1e5, 5e5, 6e6).Select(n => Run(n, Budget, 2.5 + (0.03 * Math.Pow(Math.Log(n / 7e5), 2))));
        var profile = IsoFlopProfile.Of(runs);
        Assert.Multiple(() =>
        {
            Assert.That(profile.Flops, Is.EqualTo(Budget).Within(1e-9).Percent);
            Assert.That(profile.Parameters, Is.EqualTo(7e5).Within(1e-6).Percent);
            Assert.That(profile.Tokens, Is.EqualTo(1e12 / 7e5).Within(1e-6).Percent);
            Assert.That(profile.Loss, Is.EqualTo(2.5).Within(1e-9));
            Assert.That(profile.IsInside, Is.True);
        });
        Assert.That(IsoFlopProfile.Of(runs.Where(run => run.Parameters < 7e5).Append(Run(2e5, Budget, 2.5 + (0.03 * Math.Pow(Math.Log(2 / 7.0), 2))))).IsInside, Is.False);
    }

    [Test]
    public void Profiles_of_the_published_law_grow_with_its_exponents()
    {
        var law = ChinchillaLaw.Published;
        var profiles = Sizes(1e18, 1e20, 1e22).Select(flops =>
        {
            var best = law.Optimal(flops).Parameters;
            return IsoFlopProfile.Of(Sizes(best / 2, best, best * 2, best * 1.4, best / 1.4)
                .Select(n => Run(n, flops, law.Loss(n, TrainingCompute.Tokens(flops, n)))));
        }).ToList();
        var (parameters, tokens) = IsoFlopProfile.Growth(profiles);
        Assert.Multiple(() =>
        {
            // Over a factor of four in size the law is nearly, not exactly, a parabola.
            Assert.That(parameters.Law.Exponent, Is.EqualTo(law.ParametersPerCompute).Within(0.01));
            Assert.That(tokens.Law.Exponent, Is.EqualTo(law.TokensPerCompute).Within(0.01));
            Assert.That(parameters.Law.Exponent + tokens.Law.Exponent, Is.EqualTo(1).Within(1e-9), "C = 6·N·D");
            Assert.That(profiles[1].Parameters, Is.EqualTo(law.Optimal(1e20).Parameters).Within(5).Percent);
        });
    }

    [Test]
    public void What_has_no_lowest_point_is_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => IsoFlopProfile.Of([Run(1, 6, 1), Run(2, 6, 1)]), Throws.ArgumentException.With.Message.Contains("three"));
            Assert.That(
                () => IsoFlopProfile.Of([Run(1, 6, 3), Run(2, 6, 2.5), Run(4, 6, 1)]), Throws.ArgumentException.With.Message.Contains("no lowest point"));
            Assert.That(
                () => IsoFlopProfile.Of([Run(1, 6, 3), Run(2, 6, 2.5), Run(4, 60, 3)]), Throws.ArgumentException.With.Message.Contains("one budget"));
            Assert.That(() => IsoFlopProfile.Growth([new(1, 1, 1, 1, true), new(2, 1, 1, 1, true)]), Throws.ArgumentException);
        });
    }

    private static double[] Sizes(params double[] sizes) => sizes;

    private static ScalingRun Run(double parameters, double flops, double loss) =>
        new(FormattableString.Invariant($"{parameters}"), parameters, TrainingCompute.Tokens(flops, parameters), loss, 1);
}
