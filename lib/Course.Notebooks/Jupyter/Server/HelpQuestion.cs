using Course.Notebooks.Documents;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// A cell that asks for documentation instead of running code: <c>name?</c>, or <c>name??</c> for all there is to say. This is
/// the convention of Jupyter's kernels, whatever their language; the answer goes to the client's pager.
/// </summary>
internal sealed record HelpQuestion(string Expression, InspectionDetail Detail)
{
    /// <summary>The question a cell is, or <see langword="null"/> for code.</summary>
    public static HelpQuestion? TryParse(string code)
    {
        var line = code.Trim();
        var expression = line.TrimEnd('?').TrimEnd();
        return line.EndsWith('?') && expression.Length > 0 && !line.Contains('\n') && !IsComment(line)
            ? new HelpQuestion(expression, line.EndsWith("??", StringComparison.Ordinal) ? InspectionDetail.Full : InspectionDetail.Brief)
            : null;
    }

    /// <summary>Looks the expression up.</summary>
    public async Task<CellReply> AnswerAsync(ILanguageSession session, int number)
    {
        var found = await session.InspectAsync(Expression, Expression.Length, Detail).ConfigureAwait(false);
        var text = found?.Bundle ?? new MimeBundle(MimeTypes.PlainText, $"No documentation found for \"{Expression}\".");
        return new CellReply(new ExecuteReply(number) { Payload = [new PagePayload(text)], UserExpressions = [] });
    }

    // "// really?" and "# Really?" are lines of a file, not questions.
    private static bool IsComment(string line) =>
        line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("/*", StringComparison.Ordinal) || line.StartsWith('#');
}
