using Course.Plots.Interactive;
using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>
/// A picture for a notebook, made by one call of <see cref="Plot"/>. It is immutable and holds its data, so it can be shown in
/// any form: as a static SVG, as HTML that becomes an interactive chart where plotly.js can be had, as Plotly's JSON, as a
/// small table. The same data always gives the same text, so a notebook that is run again does not change for nothing.
/// </summary>
public abstract class Picture
{
    private protected Picture(string title, string? subtitle)
    {
        Title = Require.Text(title, "the title");
        Subtitle = subtitle;
    }

    /// <summary>
    /// The kinds of pictures that have an interactive form, for hosts that ask per type what to show; empty in a process in which
    /// Plotly.NET cannot be loaded.
    /// </summary>
    public static IReadOnlyList<Type> InteractiveKinds => InteractiveForm.IsAvailable
        ? [typeof(XyPicture), typeof(MatrixPicture), typeof(BarsPicture), typeof(SurfacePicture)]
        : [];

    /// <summary>The question the picture asks, or the answer it gives.</summary>
    public string Title { get; }

    /// <summary>A second, smaller line, or <see langword="null"/>.</summary>
    public string? Subtitle { get; }

    /// <summary>The picture in a sentence, for people and programs that cannot see it.</summary>
    public abstract string Description { get; }

    /// <summary>Whether an interactive form exists besides the static one.</summary>
    internal virtual bool IsInteractive => true;

    /// <summary>The static picture: a self-contained SVG with a transparent background.</summary>
    public string ToSvg() => Draw().ToString();

    /// <summary>
    /// The static picture as an image, and a small script that replaces it by the interactive chart when plotly.js can be
    /// loaded. Where scripts do not run (a preview, a printout) or there is no network, the static picture stays.
    /// </summary>
    public string ToHtml() => PictureHtml.Write(this);

    /// <summary>
    /// The interactive chart's data and layout (MIME type <c>application/vnd.plotly.v1+json</c>), or <see langword="null"/>
    /// where the picture has no interactive form or Plotly.NET cannot be loaded in this process.
    /// </summary>
    public string? ToPlotlyJson() => InteractiveForm.Of(this).Json;

    /// <summary>The data as a small HTML table; long data in a few rows.</summary>
    public string ToTable() => Tabulate().ToHtml();

    /// <summary>Title and data as plain text, for terminals and tests.</summary>
    public string ToText() => Title + "\n" + (Subtitle is null ? "" : Subtitle + "\n") + Tabulate().ToText();

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();

    internal abstract SvgDrawing Draw();

    internal abstract TextTable Tabulate();
}
