using Course.Notebooks.Scripting.Directives;

namespace Course.Notebooks.Scripting.Services;

/// <summary>A cell with everything that is not C# blanked, so that positions in it are those in the cell.</summary>
internal static class CellMask
{
    /// <summary>Blanks directives and text in other languages.</summary>
    public static string Apply(string cell)
    {
        var parts = CellParser.Parse(cell, DirectiveTable.TextNames, DirectiveTable.CSharpNames);
        var codeLines = new HashSet<int>();
        foreach (var part in parts.OfType<CodePart>())
        {
            var lines = part.Code.Split('\n');
            for (var index = 0; index < lines.Length; index++)
            {
                if (lines[index].Length > 0)
                {
                    codeLines.Add(index);
                }
            }
        }
        var masked = cell.ToCharArray();
        var line = 0;
        for (var position = 0; position < masked.Length; position++)
        {
            if (masked[position] == '\n' || masked[position] == '\r' && !(position + 1 < masked.Length && masked[position + 1] == '\n'))
            {
                line++;
            }
            else if (masked[position] != '\r' && !codeLines.Contains(line))
            {
                masked[position] = ' ';
            }
        }
        return new string(masked);
    }

    /// <summary>Whether a place lies on a line that was blanked.</summary>
    public static bool Hides(string cell, string masked, int position)
    {
        var start = position == 0 ? 0 : cell.LastIndexOf('\n', position - 1) + 1;
        var end = cell.IndexOf('\n', position);
        var line = start..(end < 0 ? cell.Length : end);
        return !cell.AsSpan()[line].SequenceEqual(masked.AsSpan()[line]);
    }
}
