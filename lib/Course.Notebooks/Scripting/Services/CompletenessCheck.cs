using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting.Directives;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Course.Notebooks.Scripting.Services;

/// <summary>Tells a console whether Enter should run the code or begin a new line.</summary>
internal static class CompletenessCheck
{
    private const string IndentStep = "    ";

    // Cells with a namespace are compiled as libraries, where it is allowed.
    private const string NamespaceInScript = "CS7021";

    // A comment, a verbatim string or a raw string without its end, which may still come on a later line.
    private static readonly string[] Unterminated = ["CS1035", "CS1039", "CS8997"];

    private const string NewlineInString = "CS1010";
    private const string UnexpectedToken = "CS1525";

    /// <summary>Checks the syntax; nothing is compiled or run.</summary>
    public static CompletenessReply Check(string code, CancellationToken cancellationToken)
    {
        var parts = CellParser.Parse(code, DirectiveTable.TextNames, DirectiveTable.CSharpNames);
        try
        {
            foreach (var part in parts)
            {
                DirectiveTable.Check(part);
            }
        }
        catch (DirectiveException)
        {
            return new CompletenessReply(Completeness.Invalid, "");
        }
        foreach (var part in parts.OfType<CodePart>())
        {
            var tree = SubmissionChain.Parse(part.Code, "", cancellationToken);
            var errors = tree.GetDiagnostics(cancellationToken)
                .Where(error => error.Severity == DiagnosticSeverity.Error && error.Id != NamespaceInScript).ToArray();
            // Only the last part can still grow.
            if (part == parts[^1] && !SyntaxFactory.IsCompleteSubmission(tree) && !errors.Any(error => IsFinal(error, tree)))
            {
                return new CompletenessReply(Completeness.Incomplete, Indent(tree));
            }
            if (errors.Length > 0)
            {
                return new CompletenessReply(Completeness.Invalid, "");
            }
        }
        return new CompletenessReply(Completeness.Complete, "");
    }

    /// <summary>Whether an error stays one whatever is typed next: it lies before the last token, or is that token.</summary>
    private static bool IsFinal(Diagnostic error, SyntaxTree tree)
    {
        var last = tree.GetRoot().GetLastToken(includeSkipped: true);
        var span = error.Location.SourceSpan;
        return span.End <= last.SpanStart && !Unterminated.Contains(error.Id) || error.Id == NewlineInString
            || error.Id == UnexpectedToken && span.Length > 0 && span == last.Span;
    }

    /// <summary>One step for every brace, bracket and parenthesis still open; one step also for an unfinished expression.</summary>
    private static string Indent(SyntaxTree tree)
    {
        var depth = 0;
        foreach (var token in tree.GetRoot().DescendantTokens().Where(token => !token.IsMissing))
        {
            depth += token.Kind() switch
            {
                SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
                _ => 0,
            };
        }
        return string.Concat(Enumerable.Repeat(IndentStep, Math.Max(depth, 1)));
    }
}
