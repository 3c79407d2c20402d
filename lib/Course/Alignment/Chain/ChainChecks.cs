using System.Globalization;
using Course.Alignment.Chain.Stages;
using Course.Alignment.Reinforcement;

namespace Course.Alignment.Chain;

/// <summary>Something a chain should have achieved.</summary>
/// <param name="Claim">What, in words.</param>
/// <param name="Measured">What was measured, in words.</param>
/// <param name="Holds">Whether it did.</param>
public sealed record ChainCheck(string Claim, string Measured, bool Holds)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Holds ? "yes" : "NO ")}  {Claim}: {Measured}";
}

/// <summary>What a chain that went well has achieved, checked against its numbers.</summary>
public static class ChainChecks
{
    /// <summary>A single iteration says little: what is checked and drawn are means over so many.</summary>
    internal const int Window = 5;

    // Falls by so many standard errors are no chance, though the best of many windows is higher than the truth: by one or two of them.
    private const double NoChance = 4;

    /// <summary>Checks what is complete.</summary>
    /// <param name="recipe">What was made.</param>
    /// <param name="reports">The stages that are complete.</param>
    public static IReadOnlyList<ChainCheck> Of(ChainRecipe recipe, IReadOnlyList<StageReport> reports)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(reports);
        var byName = reports.ToDictionary(report => report.Stage);
        var checks = new List<ChainCheck>();
        if (byName.TryGetValue(StageNames.Reward, out var reward))
        {
            var share = reward["unseen pairs ordered right"];
            checks.Add(new("The reward model orders at least 90 % of unseen pairs right", Text($"{share:P1}"), share >= 0.9));
        }

        if (byName.TryGetValue(StageNames.Comparison, out var comparison))
        {
            var (start, deviation) = (comparison["sft: true reward"], comparison["sft: true reward, deviation"]);
            foreach (var name in new[] { StageNames.Ppo, StageNames.Dpo })
            {
                var gain = (comparison[$"{name}: true reward"] - start) / deviation;
                checks.Add(new($"{name} raises the true reward by a standard deviation of sft's or more", Text($"{gain:F2} deviations"), gain >= 1));
                var kl = comparison[$"{name}: KL"];
                checks.Add(new(Text($"{name} stays within {recipe.KlBudget:F0} nats of KL per story"), Text($"{kl:F1} nats"), kl <= recipe.KlBudget));
            }

            if (byName.TryGetValue(StageNames.PpoWithoutKl, out var free))
            {
                checks.Add(OverOptimisation(recipe, free, comparison[$"{StageNames.PpoWithoutKl}: true reward, deviation"]));
            }
        }

        if (byName.TryGetValue(StageNames.Grpo, out var grpo))
        {
            var (before, after) = (grpo["unseen questions right before"], grpo["unseen questions right after"]);
            checks.Add(new("GRPO takes a model that is right in at most 40 % to at least 90 %", Text($"{before:P1} to {after:P1}"), before <= 0.4 && after >= 0.9));
        }

        return checks;
    }

    private static ChainCheck OverOptimisation(ChainRecipe recipe, StageReport free, double deviation)
    {
        var (learned, meant) = (Windows(free, Metric.Score), Windows(free, PpoStage.TrueReward));
        var fall = meant.Max() - meant[^1];
        // Of the difference of two means over Window iterations of PpoPrompts stories each.
        var error = deviation * Math.Sqrt(2.0 / (Window * recipe.PpoPrompts));
        return new(
            "Without a price on KL the learned reward rises while the true one falls from its best",
            Text($"learned {learned[0]:F2} to {learned[^1]:F2}, true {meant.Max():F2} to {meant[^1]:F2}, a fall of {fall / error:F1} standard errors"),
            learned[^1] > learned[0] && fall > NoChance * error);
    }

    private static IReadOnlyList<double> Windows(StageReport report, string name) => report.Curves.First(curve => curve.Name == name).Means(Window);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
