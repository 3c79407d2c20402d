using System.Globalization;
using System.Net;
using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>
/// How far long work has come: a bar that moves in place below the cell, with what is done, what is left and how long that will
/// take. It is an <see cref="IProgress{T}"/>, so it can be given to anything that reports a count. Safe to call from any thread.
/// </summary>
/// <example><code>
/// var bar = new ProgressBar("Reading", files.Length, "files");
/// foreach (var file in files) { Read(file); bar.Step(); }
/// </code></example>
public sealed class ProgressBar : IProgress<long>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly LivePlace place;
    private readonly long start;
    private long done;
    private string? note;

    /// <summary>Starts the clock; the bar appears with the first report.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">How much there is to do, at least 1.</param>
    /// <param name="unit">What is counted, for example "files".</param>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to do.</exception>
    public ProgressBar(string title, long total, string unit = "")
        : this(title, total, unit, TimeProvider.System)
    {
    }

    internal ProgressBar(string title, long total, string unit, TimeProvider clock)
    {
        Title = Require.Text(title, "the title");
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentNullException.ThrowIfNull(unit);
        (Total, Unit, this.clock) = (total, unit, clock);
        place = new LivePlace(Pause, clock);
        start = clock.GetTimestamp();
    }

    /// <summary>What is being done.</summary>
    public string Title { get; }

    /// <summary>How much there is to do.</summary>
    public long Total { get; }

    /// <summary>What is counted.</summary>
    public string Unit { get; }

    /// <summary>How much is done, from 0 to <see cref="Total"/>.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>Says how much is done in all.</summary>
    /// <param name="value">What is done; outside 0 … <see cref="Total"/> it is taken as the nearer of the two.</param>
    public void Report(long value) => Report(value, null);

    /// <summary>Says how much is done in all, and something about it.</summary>
    /// <param name="value">What is done; outside 0 … <see cref="Total"/> it is taken as the nearer of the two.</param>
    /// <param name="comment">Stands after the bar; <see langword="null"/> leaves what stands there.</param>
    public void Report(long value, string? comment)
    {
        lock (gate)
        {
            done = Math.Clamp(value, 0, Total);
            note = comment ?? note;
            place.Show(() => new ProgressView(ToHtml(), ToString()), isLast: done == Total);
        }
    }

    /// <summary>Says that one more is done.</summary>
    /// <param name="comment">Stands after the bar; <see langword="null"/> leaves what stands there.</param>
    public void Step(string? comment = null)
    {
        lock (gate)
        {
            Report(done + 1, comment);
        }
    }

    /// <summary>The bar as HTML.</summary>
    public string ToHtml() =>
        $"<div>{WebUtility.HtmlEncode(Title)} <progress value=\"{Number(Done)}\" max=\"{Number(Total)}\" "
        + $"style=\"width:16em;vertical-align:middle\"></progress> {WebUtility.HtmlEncode(Words())}</div>";

    /// <summary>The bar as a line of text.</summary>
    public override string ToString()
    {
        const int Width = 20;
        var filled = (int)(Width * Done / Total);
        return $"{Title} [{new string('#', filled)}{new string('.', Width - filled)}] {Words()}";
    }

    private string Words()
    {
        var passed = clock.GetElapsedTime(start);
        var unit = Unit.Length == 0 ? "" : " " + Unit;
        // What is left is guessed from what is done: with nothing done there is nothing to guess from.
        var time = Done == Total ? $", {Duration(passed)}"
            : Done == 0 ? ""
            : $", about {Duration(passed * ((double)(Total - Done) / Done))} left";
        return $"{Numbers.Text(Done)} of {Numbers.Text(Total)}{unit}{time}{(note is null ? "" : " · " + note)}";
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes}:{time.Seconds:00} min");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a live object looks like at one moment: what was sent to the screen does not change behind its back.</summary>
/// <param name="Html">For a notebook.</param>
/// <param name="Text">For a terminal.</param>
public sealed record ProgressView(string Html, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
