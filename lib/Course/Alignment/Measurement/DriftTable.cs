using System.Globalization;
using System.Text;
using Course.Models;

namespace Course.Alignment.Measurement;

/// <summary>
/// What a model forgets on its way to an assistant: the same measurements after each stage, side by side. Whoever learns to answer
/// often predicts the old text worse (Ouyang et al. 2022 call it the alignment tax).
/// </summary>
public sealed class DriftTable
{
    private readonly List<(string Name, Func<LanguageModel, double> Measure)> columns = [];
    private readonly List<(string Stage, double[] Values)> rows = [];

    /// <summary>Says what is measured.</summary>
    /// <param name="columns">Names and measurements: the loss on a text, the share of right answers.</param>
    /// <exception cref="ArgumentException">There is nothing to measure, or a name stands twice.</exception>
    public DriftTable(params IEnumerable<(string Name, Func<LanguageModel, double> Measure)> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        this.columns.AddRange(columns);
        if (this.columns.Count == 0 || this.columns.Select(column => column.Name).Distinct().Count() < this.columns.Count)
        {
            throw new ArgumentException("Name at least one measurement, and each by another name.", nameof(columns));
        }
    }

    /// <summary>The names of the measurements.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(column => column.Name)];

    /// <summary>The names of the stages measured so far.</summary>
    public IReadOnlyList<string> Stages => [.. rows.Select(row => row.Stage)];

    /// <summary>Measures a model after a stage.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="model">The model.</param>
    /// <returns>The measurements.</returns>
    /// <exception cref="ArgumentException">The stage was measured already.</exception>
    public IReadOnlyList<double> Measure(string stage, LanguageModel model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(stage);
        ArgumentNullException.ThrowIfNull(model);
        if (Stages.Contains(stage))
        {
            throw new ArgumentException($"The stage '{stage}' was measured already.", nameof(stage));
        }

        using var evaluating = model.Evaluating();
        var values = columns.Select(column => column.Measure(model)).ToArray();
        rows.Add((stage, values));
        return values;
    }

    /// <summary>A measurement.</summary>
    /// <param name="stage">After which stage.</param>
    /// <param name="column">Of what.</param>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public double this[string stage, string column]
    {
        get
        {
            var (row, at) = (rows.FindIndex(row => row.Stage == stage), columns.FindIndex(c => c.Name == column));
            return row >= 0 && at >= 0
                ? rows[row].Values[at]
                : throw new ArgumentException($"'{column}' after '{stage}' was not measured.");
        }
    }

    /// <summary>By how much a measurement differs from that after the first stage.</summary>
    /// <param name="stage">After which stage.</param>
    /// <param name="column">Of what.</param>
    public double Change(string stage, string column) => this[stage, column] - this[rows[0].Stage, column];

    /// <summary>The table in Markdown; behind each number the change since the first stage.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("| stage | ").AppendJoin(" | ", Columns).AppendLine(" |");
        text.Append("|---|").Append(string.Concat(Columns.Select(_ => "---:|"))).AppendLine();
        foreach (var (stage, values) in rows)
        {
            text.Append("| ").Append(stage);
            for (var i = 0; i < values.Length; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $" | {values[i]:F3}");
                if (stage != rows[0].Stage)
                {
                    text.Append(CultureInfo.InvariantCulture, $" ({values[i] - rows[0].Values[i]:+0.000;-0.000;0.000})");
                }
            }

            text.AppendLine(" |");
        }

        return text.ToString();
    }
}
