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
        }

        if (byName.TryGetValue(StageNames.PpoWithoutKl, out var free))
        {
            var (before, after) = Ends(free, Metric.Score);
            var (_, end) = Ends(free, PpoStage.TrueReward);
            var best = free["true reward at its best"];
            checks.Add(new(
                "Without a price on KL the learned reward rises while the true one falls from its best",
                Text($"learned {before:F2} to {after:F2}, true {best:F2} to {end:F2}"),
                after > before && end < best - 1));
        }

        if (byName.TryGetValue(StageNames.Grpo, out var grpo))
        {
            var (before, after) = (grpo["unseen questions right before"], grpo["unseen questions right after"]);
            checks.Add(new("GRPO takes a model that is right in at most 40 % to at least 90 %", Text($"{before:P1} to {after:P1}"), before <= 0.4 && after >= 0.9));
        }

        return checks;
    }

    // A single iteration says little: the means of the first and the last three.
    private static (double Start, double End) Ends(StageReport report, string name)
    {
        var y = report.Curves.First(curve => curve.Name == name).Y;
        return (y.Take(3).Average(), y.TakeLast(3).Average());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
