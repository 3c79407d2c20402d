namespace Course.Plots;

/// <summary>How a heatmap turns values into colours.</summary>
public enum ColorScale
{
    /// <summary>From nothing to full blue: for weights, shares, probabilities, counts.</summary>
    Sequential,

    /// <summary>Vermilion below zero, nothing at zero, blue above: for scores, differences, correlations.</summary>
    Diverging,
}
