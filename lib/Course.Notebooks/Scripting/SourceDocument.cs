using System.Globalization;

namespace Course.Notebooks.Scripting;

/// <summary>A piece of source as its author sees it: a cell, an imported file, a cell of an imported notebook.</summary>
/// <param name="Path">What the debug information calls it; unique in a session.</param>
/// <param name="Name">What people call it: <c>cell</c>, <c>course.csx</c>, <c>setup.ipynb cell 3</c>.</param>
/// <param name="Text">The whole source, directives included, so that line numbers are those the author sees.</param>
internal sealed record SourceDocument(string Path, string Name, string Text)
{
    private string[]? lines;

    /// <summary>The text of a line, numbered from 1; empty when there is no such line.</summary>
    public string Line(int number)
    {
        lines ??= CellParser.NormaliseLineEnds(Text).Split('\n');
        return number >= 1 && number <= lines.Length ? lines[number - 1] : "";
    }

    /// <summary><c>cell line 3: var y = 1 / x;</c>.</summary>
    public string Describe(int line) => string.Create(CultureInfo.InvariantCulture, $"{Name} line {line}: {Line(line).Trim()}");
}
