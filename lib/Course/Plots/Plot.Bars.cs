using Course.Plots.Svg;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>Horizontal bars in the order given, for example the probabilities of the next token.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="bars">Label and value of each; at most 60. Spaces at a token's edges are made visible.</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    /// <param name="percent">Whether the values are shares of one, shown in percent.</param>
    /// <param name="highlight">Labels of the bars to point out; the others become grey.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">No bar or more than 60, or a value that is not finite.</exception>
    public static Picture Bars(
        string title,
        IEnumerable<(string Label, double Value)> bars,
        string valueTitle = "probability",
        bool percent = false,
        IEnumerable<string>? highlight = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(bars);
        (string Label, double Value)[] copy = [.. bars];
        Require.Some(copy.Length, "the list of bars");
        Require.AtMost(copy.Length, 60, "bars");
        foreach (var (label, value) in copy)
        {
            ArgumentNullException.ThrowIfNull(label, nameof(bars));
            Require.Finite(value, $"the value of '{label}'");
        }

        var rounded = copy.Select(b => (b.Label, Numbers.Round(b.Value))).ToArray();
        return new BarsPicture(title, subtitle, rounded, Require.Text(valueTitle, "the value title"), percent, (highlight ?? []).ToHashSet());
    }
}
