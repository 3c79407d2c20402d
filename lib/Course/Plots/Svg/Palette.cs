namespace Course.Plots.Svg;

/// <summary>
/// The colours of every picture. The categorical ones are those of Okabe and Ito ("Color Universal Design", 2008), which
/// people with any form of colour blindness tell apart, in an order that keeps neighbours apart in lightness too. All are
/// mid-tones: they stand out on a white page and on a dark one, and pictures have no background of their own.
/// </summary>
internal static class Palette
{
    /// <summary>Text and axes: the colour of the page's text where the picture is part of the page.</summary>
    public const string Ink = "currentColor";

    /// <summary>
    /// What <see cref="Ink"/> is where the page cannot tell: a grey with a contrast of about 4:1 on white and on near-black.
    /// </summary>
    public const string NeutralInk = "#737a84";

    /// <summary><see cref="NeutralInk"/> as Plotly's <c>rgba(</c>, to be closed with an opacity.</summary>
    public const string NeutralInkRgba = "rgba(115,122,132,";

    public const string Blue = "#0a7abf";
    public const string Orange = "#e08a00";
    public const string Green = "#009e73";
    public const string Vermilion = "#d55e00";
    public const string Purple = "#c0699a";
    public const string Sky = "#45a5db";

    private static readonly string[] Categories =
        [Blue, Orange, Green, Purple, Vermilion, Sky, "#8c6bb1", "#9a7d2e", "#5f9e2f", "#c2504f"];

    // Fifteen stations of viridis (van der Walt and Smith, 2015), which rises evenly in lightness: also right in print.
    private static readonly (byte R, byte G, byte B)[] Viridis =
    [
        (68, 1, 84), (72, 26, 108), (71, 47, 125), (65, 68, 135), (57, 86, 140), (49, 104, 142), (42, 120, 142), (35, 136, 142),
        (31, 152, 139), (34, 168, 132), (53, 183, 121), (84, 197, 104), (122, 209, 81), (189, 223, 38), (253, 231, 37),
    ];

    /// <summary>The colour of the <paramref name="index"/>-th series; after ten they repeat.</summary>
    public static string Category(int index) => Categories[index % Categories.Length];

    /// <summary>Red, green and blue of a colour written as <c>#rrggbb</c>.</summary>
    public static (byte R, byte G, byte B) Rgb(string color) =>
        (Convert.ToByte(color[1..3], 16), Convert.ToByte(color[3..5], 16), Convert.ToByte(color[5..7], 16));

    /// <summary>The colour of a height between 0 (lowest) and 1 (highest).</summary>
    public static (byte R, byte G, byte B) Height(double fraction)
    {
        var position = Math.Clamp(fraction, 0, 1) * (Viridis.Length - 1);
        var below = (int)Math.Min(position, Viridis.Length - 2);
        var share = position - below;
        var (low, high) = (Viridis[below], Viridis[below + 1]);
        return (Mix(low.R, high.R), Mix(low.G, high.G), Mix(low.B, high.B));

        byte Mix(byte a, byte b) => (byte)Math.Round(a + (share * (b - a)));
    }
}
