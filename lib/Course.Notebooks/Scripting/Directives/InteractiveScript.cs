namespace Course.Notebooks.Scripting.Directives;

/// <summary>
/// Reads .NET Interactive's <c>.dib</c> files: plain text in which a line <c>#!csharp</c>, <c>#!markdown</c>, ... begins a cell of
/// that language; a <c>#!meta</c> block with JSON may come first.
/// </summary>
internal static class InteractiveScript
{
    private static readonly string[] OtherLanguages =
    [
        "#!meta", "#!markdown", "#!md", "#!html", "#!js", "#!javascript", "#!mermaid", "#!fsharp", "#!f#", "#!F#", "#!pwsh",
        "#!powershell", "#!sql", "#!kql", "#!http", "#!value", "#!python",
    ];

    /// <summary>The C# cells, each with the lines of the file before it blanked, so that its line numbers are those of the file.</summary>
    public static List<SourceDocument> ReadCSharp(string text, string path)
    {
        var documents = new List<SourceDocument>();
        var lines = CellParser.NormaliseLineEnds(text).Split('\n');
        var cell = new List<string>();
        var isCSharp = true;
        for (var index = 0; index < lines.Length; index++)
        {
            var begins = lines[index].Trim();
            if (DirectiveTable.CSharpNames.Contains(begins) || Array.IndexOf(OtherLanguages, begins) >= 0)
            {
                Finish(index);
                isCSharp = DirectiveTable.CSharpNames.Contains(begins);
            }
            else if (isCSharp)
            {
                cell.Add(lines[index]);
            }
        }
        Finish(lines.Length);
        return documents;

        void Finish(int end)
        {
            if (cell.Exists(line => line.Trim().Length > 0))
            {
                var before = Enumerable.Repeat("", end - cell.Count);
                documents.Add(new SourceDocument(
                    $"{path}#{documents.Count + 1}", Path.GetFileName(path), string.Join('\n', before.Concat(cell))));
            }
            cell.Clear();
        }
    }
}
