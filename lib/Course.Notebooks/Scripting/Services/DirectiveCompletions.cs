using System.Text.RegularExpressions;
using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting.Directives;

namespace Course.Notebooks.Scripting.Services;

/// <summary>Completes directives and the files they name.</summary>
internal static partial class DirectiveCompletions
{
    /// <summary>The matches, or <see langword="null"/> when the cursor is not on a directive.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="folder">Where relative paths start.</param>
    public static CompletionReply? Find(string code, int position, string folder)
    {
        var start = LineStart(code, position);
        var line = code[start..position];
        if (Name().IsMatch(line))
        {
            var matches = DirectiveTable.All.Where(directive => directive is not IRefusedDirective)
                .SelectMany(directive => directive.Names, (directive, name) => new CompletionMatch(name, "directive", directive.Help))
                .Where(match => match.Text.StartsWith(line, StringComparison.Ordinal));
            return new CompletionReply([.. matches], start, EndOfWord(code, position));
        }
        if (FileArgument().Match(line) is not { Success: true } match || !IsDirective(code, start))
        {
            return null;
        }
        var typed = match.Groups["path"];
        return typed.Value.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)
            ? CompletionReply.Nothing(position)
            : Files(typed.Value, folder, match.Groups["directive"].Value, start + typed.Index, position);
    }

    /// <summary>The help of the directive at a place, or <see langword="null"/>.</summary>
    public static Documentation? Describe(string code, int position)
    {
        var start = LineStart(code, position);
        var name = DirectiveName().Match(code[start..]).Value;
        return name.Length > 0 && position <= start + name.Length && IsDirective(code, start)
            && DirectiveTable.All.FirstOrDefault(directive => directive.Names.Contains(name)) is { } known
            ? new Documentation(string.Join(", ", known.Names)) { Summary = [known.Help] }
            : null;
    }

    private static CompletionReply Files(string typed, string folder, string directive, int start, int position)
    {
        string[] extensions = directive switch
        {
            "#r" => [".dll"],
            "#load" => [".csx", ".cs"],
            _ => [".csx", ".cs", ".ipynb", ".dib"],
        };
        var slash = typed.LastIndexOf('/') + 1;
        try
        {
            var inside = new DirectoryInfo(Path.GetFullPath(typed[..slash], folder));
            var matches = inside.EnumerateFileSystemInfos()
                .Where(entry => entry.Name.StartsWith(typed[slash..], StringComparison.OrdinalIgnoreCase) && entry.Name[0] != '.'
                    && (entry is DirectoryInfo || extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase)))
                .OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase)
                .Select(entry => entry is DirectoryInfo
                    ? new CompletionMatch(entry.Name + "/", "folder", null) : new CompletionMatch(entry.Name, "file", null));
            return new CompletionReply([.. matches], start + slash, position);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CompletionReply.Nothing(position);
        }
    }

    private static bool IsDirective(string code, int start) => CellParser
        .Parse(code, DirectiveTable.TextNames, DirectiveTable.CSharpNames)
        .Any(part => part is DirectivePart or TextPart && part.Line == code.AsSpan(0, start).Count('\n') + 1);

    private static int LineStart(string code, int position) => position == 0 ? 0 : code.LastIndexOf('\n', position - 1) + 1;

    private static int EndOfWord(string code, int position)
    {
        while (position < code.Length && (char.IsLetterOrDigit(code[position]) || code[position] == '#'))
        {
            position++;
        }
        return position;
    }

    [GeneratedRegex(@"^#!\w*#?$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^#(!\w+#?|r|i|load)")]
    private static partial Regex DirectiveName();

    [GeneratedRegex(@"^(?<directive>#r|#load|#!import)\s+""?(?<path>[^""]*)$")]
    private static partial Regex FileArgument();
}
