using System.Globalization;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>The first thing in which a cell's stored and fresh outputs differ.</summary>
/// <param name="Cell">The cell's number among the code cells, from 1.</param>
/// <param name="Id">The cell's identifier.</param>
/// <param name="Output">Which output: <c>printed text</c>, <c>output 2</c>, <c>error</c>; empty when it is about the cell.</param>
/// <param name="Line">The line of that output, from 1, where it has lines.</param>
/// <param name="Stored">What the notebook holds there.</param>
/// <param name="Fresh">What the run gave.</param>
/// <param name="Why">In what they differ, in words.</param>
public sealed record OutputDifference(int Cell, string Id, string Output, int? Line, string Stored, string Fresh, string Why)
{
    /// <summary>The place in a few words: <c>cell 7, printed text, line 3</c>.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture,
        $"cell {Cell}{(Output.Length > 0 ? ", " + Output : "")}{(Line is { } line ? $", line {line}" : "")}");
}
