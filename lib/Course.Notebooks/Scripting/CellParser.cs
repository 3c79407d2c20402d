using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Splits a cell at its directives. A directive begins in column 1, and not inside a string, a comment or disabled code of the C#
/// around it.
/// </summary>
internal static partial class CellParser
{
    /// <summary>Splits a cell.</summary>
    /// <param name="source">The cell's text.</param>
    /// <param name="languages">The directives below which the text is not C#, for example <c>#!markdown</c>.</param>
    /// <param name="csharp">The directives that return to C#.</param>
    public static IReadOnlyList<CellPart> Parse(string source, IReadOnlySet<string> languages, IReadOnlySet<string> csharp)
    {
        var lines = NormaliseLineEnds(source).Split('\n');
        var parts = new List<CellPart>();
        var code = new List<string>();
        TextPart? text = null;
        var textLines = new List<string>();
        for (var index = 0; index < lines.Length; index++)
        {
            var directive = Directive().Match(lines[index]);
            var name = directive.Groups["name"].Value;
            if (directive.Success && text is not null && !languages.Contains(name) && !csharp.Contains(name)
                || directive.Success && text is null && IsInsideToken(code, lines[index]))
            {
                directive = Match.Empty;
            }
            if (!directive.Success)
            {
                (text is null ? code : textLines).Add(lines[index]);
                continue;
            }
            FinishText();
            if (languages.Contains(name) || csharp.Contains(name))
            {
                FinishCode();
                text = languages.Contains(name) ? new TextPart(index + 1, name, "") : null;
            }
            else
            {
                var part = new DirectivePart(index + 1, name, directive.Groups["argument"].Value.Trim());
                if (name.StartsWith("#!", StringComparison.Ordinal))
                {
                    FinishCode();
                }
                parts.Add(part);
            }
            PadCode(index + 1);
        }
        FinishText();
        FinishCode();
        return parts;

        void FinishText()
        {
            if (text is not null)
            {
                parts.Add(text with { Text = string.Join('\n', textLines) });
                text = null;
                textLines.Clear();
            }
        }

        void FinishCode()
        {
            var first = code.FindIndex(line => !string.IsNullOrWhiteSpace(line));
            if (first >= 0)
            {
                parts.Add(new CodePart(first + 1, string.Join('\n', code)));
            }
            code.Clear();
        }

        // Lines that are not C# become empty ones: the compiler's line numbers stay those of the cell.
        void PadCode(int count)
        {
            while (code.Count < count)
            {
                code.Add("");
            }
        }
    }

    /// <summary>Makes every line end in <c>\n</c>.</summary>
    public static string NormaliseLineEnds(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n');

    /// <summary>Whether a line that follows the given code lies in a string, a comment or an inactive <c>#if</c> branch.</summary>
    private static bool IsInsideToken(List<string> code, string line)
    {
        var before = string.Join('\n', code) + (code.Count > 0 ? "\n" : "");
        if (before.Length == 0)
        {
            return false;
        }
        // "#x" in front would be a preprocessor directive; another character shows whether the lexer is at the start of a token.
        var root = SubmissionChain.Parse(before + "@" + line[1..], "").GetRoot();
        var position = before.Length;
        var trivia = root.FindTrivia(position);
        if (trivia.SpanStart < position && trivia.Span.End > position)
        {
            return true;
        }
        var token = root.FindToken(position);
        return token.SpanStart < position && token.Span.End > position || trivia.IsKind(SyntaxKind.DisabledTextTrivia)
            || token.Parent!.AncestorsAndSelf().Any(node => node is InterpolatedStringExpressionSyntax && node.SpanStart < position);
    }

    [GeneratedRegex(@"^(?<name>#!\S*|(#r|#i|#load)(?=\s|""|$))(?<argument>.*)$")]
    private static partial Regex Directive();
}
