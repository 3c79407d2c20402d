namespace Course.Plots;

/// <summary>One axis of a picture: what it measures, and how. A plain string is an axis with that label.</summary>
/// <param name="Label">What the axis measures, with its unit: <c>"loss (nats per token)"</c>.</param>
/// <param name="Logarithmic">Whether equal distances are equal ratios. All values must then be positive.</param>
/// <param name="Minimum">Where the axis starts; by default where the data does.</param>
/// <param name="Maximum">Where the axis ends; by default where the data does.</param>
public sealed record Axis(string Label, bool Logarithmic = false, double? Minimum = null, double? Maximum = null)
{
    /// <summary>An axis with this label, linear, as long as its data.</summary>
    public static implicit operator Axis(string label) => new(label);

    /// <summary>What stands beside the axis: its label, which says it when the axis is logarithmic.</summary>
    internal string Title => !Logarithmic || Label.Contains("logarithm", StringComparison.OrdinalIgnoreCase) ? Label
        : Label.EndsWith(')') ? Label[..^1] + ", logarithmic)"
        : Label + " (logarithmic)";
}
