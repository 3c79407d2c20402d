using static TorchSharp.torch;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>Small greyscale images in a grid, such as handwritten digits with what the model takes them for.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="tiles">At most 100 images.</param>
    /// <param name="columns">How many stand in a row.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">No image, or more than 100.</exception>
    public static Picture Images(string title, IEnumerable<ImageTile> tiles, int columns = 8, string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, 20);
        ImageTile[] images = [.. tiles];
        Require.Some(images.Length, "the list of images");
        Require.AtMost(images.Length, 100, "images");
        return new ImagesPicture(title, subtitle, images, columns);
    }

    /// <summary>The images of a tensor in a grid.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="images">Shape (images, rows, columns), any device; not disposed.</param>
    /// <param name="captions">One for each image.</param>
    /// <param name="wrong">Which images are marked as mistakes; by default none.</param>
    /// <param name="columns">How many stand in a row.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The captions or marks are not as many as the images, or the shape is another.</exception>
    public static Picture Images(
        string title,
        Tensor images,
        IEnumerable<string> captions,
        IEnumerable<bool>? wrong = null,
        int columns = 8,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(captions);
        var pixels = TensorValues.Matrices(images, nameof(images));
        string[] texts = [.. captions];
        bool[] marks = [.. wrong ?? new bool[pixels.Count]];
        Require.SameLength(pixels.Count, texts.Length, "the grid", "images", "captions");
        Require.SameLength(pixels.Count, marks.Length, "the grid", "images", "marks");
        return Images(title, pixels.Select((p, i) => new ImageTile(p, texts[i], marks[i])), columns, subtitle);
    }
}
