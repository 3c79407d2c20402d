using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>A small greyscale image with a caption. Immutable; the pixels are copied.</summary>
public sealed class ImageTile
{
    private const int LargestSide = 128;

    /// <summary>An image.</summary>
    /// <param name="pixels">Brightness by row and column, in any unit: the picture stretches the values over all its images.</param>
    /// <param name="caption">What stands below it, for example the predicted class.</param>
    /// <param name="wrong">Whether it is marked as a mistake.</param>
    /// <exception cref="ArgumentException">No pixels, more than 128 in a row or column, or a value that is not finite.</exception>
    public ImageTile(double[,] pixels, string caption = "", bool wrong = false)
    {
        ArgumentNullException.ThrowIfNull(caption);
        Pixels = Require.Matrix(pixels, $"image '{caption}'");
        Require.AtMost(Math.Max(pixels.GetLength(0), pixels.GetLength(1)), LargestSide, "pixels in a row");
        Caption = Label.Visible(caption);
        Wrong = wrong;
    }

    /// <summary>What stands below the image.</summary>
    public string Caption { get; }

    /// <summary>Whether the image is marked as a mistake.</summary>
    public bool Wrong { get; }

    internal double[,] Pixels { get; }
}
