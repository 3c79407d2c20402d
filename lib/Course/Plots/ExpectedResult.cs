using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>
/// What a notebook must have reached when it ends: each metric with the band it is expected in, the time it may take, and what
/// failure looks like. A notebook shows the card and then calls <see cref="Assert"/>, so a run that misses the band fails.
/// </summary>
/// <example>
/// <code>
/// var card = ExpectedResult.Card("Handwritten digits")
///     .Metric("held-out accuracy", accuracy, 0.97, 1)
///     .Seconds(watch.Elapsed.TotalSeconds, 60)
///     .FailureLooksLike("An accuracy near 0.1 is guessing: the labels do not belong to the images.");
/// </code>
/// </example>
public sealed class ExpectedResult
{
    private readonly List<ExpectedMetric> metrics = [];
    private readonly List<string> failures = [];

    private ExpectedResult(string title) => Title = Require.Text(title, "the title");

    /// <summary>What was to be reached.</summary>
    public string Title { get; }

    /// <summary>The metrics, in the order in which they were added.</summary>
    public IReadOnlyList<ExpectedMetric> Metrics => metrics.AsReadOnly();

    /// <summary>How failure shows, and where it comes from.</summary>
    public IReadOnlyList<string> Failures => failures.AsReadOnly();

    /// <summary>Whether every metric lies in its band.</summary>
    public bool IsMet => metrics.TrueForAll(m => m.IsMet || !m.IsEnforced);

    /// <summary>Starts a card.</summary>
    /// <param name="title">What was to be reached.</param>
    public static ExpectedResult Card(string title) => new(title);

    /// <summary>Adds a metric.</summary>
    /// <param name="name">Its name, with its unit where it has one.</param>
    /// <param name="value">What this run gave. A value that is not a number is out of every band.</param>
    /// <param name="low">The least expected value; negative infinity for none.</param>
    /// <param name="high">The largest expected value; infinity for none.</param>
    /// <param name="unit">The unit, written after the numbers.</param>
    /// <returns>This card.</returns>
    /// <exception cref="ArgumentException">The band is empty, or reaches over all numbers: then nothing is expected.</exception>
    public ExpectedResult Metric(string name, double value, double low, double high, string unit = "")
    {
        Require.Text(name, "the name of a metric");
        ArgumentNullException.ThrowIfNull(unit);
        if (!(low <= high))
        {
            throw new ArgumentException($"Metric '{name}': the band from {Text(low)} to {Text(high)} is empty.");
        }

        if (!double.IsFinite(low) && !double.IsFinite(high))
        {
            throw new ArgumentException($"Metric '{name}': a band without any end expects nothing. Give it a low or a high end.");
        }

        metrics.Add(new ExpectedMetric(name, value, low, high, unit));
        return this;
    }

    /// <summary>Adds the time the work took. It is shown, but it never fails a notebook: a busy machine is no mistake.</summary>
    /// <param name="actual">Seconds this run took.</param>
    /// <param name="limit">Seconds it should take on two idle cores.</param>
    /// <returns>This card.</returns>
    public ExpectedResult Seconds(double actual, double limit)
    {
        Metric("time on 2 idle cores", actual, double.NegativeInfinity, limit, "s");
        metrics[^1] = metrics[^1] with { IsEnforced = false };
        return this;
    }

    /// <summary>Says how failure would show and what causes it.</summary>
    /// <returns>This card.</returns>
    public ExpectedResult FailureLooksLike(string description)
    {
        failures.Add(Require.Text(description, "the description of failure"));
        return this;
    }

    /// <summary>Fails the notebook if a metric is out of its band.</summary>
    /// <exception cref="ExpectationException">Names every metric that is out of its band, with value and band.</exception>
    /// <exception cref="InvalidOperationException">The card has no metric: it could never fail.</exception>
    public void Assert()
    {
        if (!metrics.Exists(m => m.IsEnforced))
        {
            throw new InvalidOperationException($"The card '{Title}' expects nothing. Add a Metric before Assert.");
        }

        var missed = metrics.Where(m => m.IsEnforced && !m.IsMet).ToArray();
        if (missed.Length > 0)
        {
            var misses = missed.Select(m => $"{m.Name} is {m.ValueText}, expected {m.BandText}");
            throw new ExpectationException(string.Join(' ', failures.Prepend($"{Title}: {string.Join("; ", misses)}.")));
        }
    }

    /// <summary>The card as an HTML table that reads on light and dark pages.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<table><thead><tr><th colspan=\"4\" style=\"text-align:left\">")
            .Append(IsMet ? "✓ " : "✗ ").Append(Escape(Title)).Append("</th></tr><tr>");
        foreach (var head in new[] { "metric", "yours", "expected", "" })
        {
            html.Append("<th style=\"text-align:left\">").Append(head).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var metric in metrics)
        {
            var color = metric.IsMet ? Palette.Green : metric.IsEnforced ? Palette.Vermilion : Palette.Orange;
            html.Append("<tr><td style=\"text-align:left\">").Append(Escape(metric.Name))
                .Append("</td><td style=\"text-align:left\"><b>").Append(Escape(metric.ValueText))
                .Append("</b></td><td style=\"text-align:left\">").Append(Escape(metric.BandText))
                .Append("</td><td style=\"text-align:left;color:").Append(color).Append("\"><b>")
                .Append(metric.IsMet ? "✓ as expected" : metric.IsEnforced ? "✗ out of band" : "○ a slower or busy machine").Append("</b></td></tr>");
        }

        foreach (var failure in failures)
        {
            html.Append("<tr><td colspan=\"4\" style=\"text-align:left\"><em>What failure looks like: ")
                .Append(Escape(failure)).Append("</em></td></tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>The card as plain text.</summary>
    public string ToText() => $"{(IsMet ? "✓" : "✗")} {Title}\n" + new TextTable(
        ["metric", "yours", "expected", ""],
        [.. metrics.Select(m => (IReadOnlyList<string>)[m.Name, m.ValueText, m.BandText, m.IsMet ? "ok" : m.IsEnforced ? "OUT OF BAND" : "a slower or busy machine"])]).ToText()
        + string.Concat(failures.Select(f => $"\nWhat failure looks like: {f}"));

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();

    /// <summary>
    /// The card for programs (MIME type <c>application/vnd.course.card+json</c>):
    /// <c>{"title", "met", "metrics": [{"metric", "value", "low", "high", "unit", "met"}]}</c>; an end or value that is not finite
    /// and the ends of a time are <c>null</c>.
    /// </summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("title", Title);
            writer.WriteBoolean("met", IsMet);
            writer.WriteStartArray("metrics");
            foreach (var metric in metrics)
            {
                writer.WriteStartObject();
                writer.WriteString("metric", metric.Name);
                Number("value", metric.Value);
                Number("low", metric.IsEnforced ? metric.Low : double.NegativeInfinity);
                Number("high", metric.IsEnforced ? metric.High : double.PositiveInfinity);
                writer.WriteString("unit", metric.Unit);
                writer.WriteBoolean("met", metric.IsMet || !metric.IsEnforced);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();

            void Number(string name, double value)
            {
                if (double.IsFinite(value))
                {
                    writer.WriteNumber(name, value);
                }
                else
                {
                    writer.WriteNull(name);
                }
            }
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    internal static string Text(double value) =>
        double.IsFinite(value) ? Numbers.Text(value) : value.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(Label.Visible(text));
}

/// <summary>One line of an <see cref="ExpectedResult"/>.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Value">What the run gave.</param>
/// <param name="Low">The least expected value, or negative infinity.</param>
/// <param name="High">The largest expected value, or infinity.</param>
/// <param name="Unit">The unit, or an empty string.</param>
public sealed record ExpectedMetric(string Name, double Value, double Low, double High, string Unit)
{
    /// <summary>Whether a value out of the band fails the notebook.</summary>
    public bool IsEnforced { get; init; } = true;

    /// <summary>Whether the value lies in the band, ends included. What is not a number never does.</summary>
    public bool IsMet => Value >= Low && Value <= High && double.IsFinite(Value);

    internal string ValueText => WithUnit(Value);

    internal string BandText => double.IsNegativeInfinity(Low)
        ? "at most " + WithUnit(High)
        : double.IsPositiveInfinity(High) ? "at least " + WithUnit(Low) : $"{ExpectedResult.Text(Low)} to {WithUnit(High)}";

    private string WithUnit(double value) => ExpectedResult.Text(value) + (Unit.Length == 0 ? "" : " " + Unit);
}

/// <summary>A notebook did not reach what it promises.</summary>
/// <param name="message">What was expected and what came instead.</param>
public sealed class ExpectationException(string message) : Exception(message);
