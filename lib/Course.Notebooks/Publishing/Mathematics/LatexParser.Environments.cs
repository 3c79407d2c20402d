using System.Xml.Linq;

namespace Course.Notebooks.Publishing.Mathematics;

/// <content>Matrices, cases and aligned equations.</content>
internal sealed partial class LatexParser
{
    private XElement Environment(LatexToken start)
    {
        var name = lexer.ReadText("begin");
        var columns = name == "array" ? lexer.ReadText("begin{array}") : "";
        var table = ParseTable(token => token.IsCommand("end") || token.Kind == LatexTokenKind.End, out var single);
        if (lexer.Next().Kind == LatexTokenKind.End)
        {
            throw new LatexException($"\\begin{{{name}}} has no \\end.", start.Position);
        }
        if (lexer.ReadText("end") is var end && end != name)
        {
            throw new LatexException($"\\begin{{{name}}} is ended by \\end{{{end}}}.", start.Position);
        }
        if (single is not null)
        {
            table.Add(new XElement("mtr", new XElement("mtd", single)));
        }
        return name switch
        {
            "matrix" or "smallmatrix" => table,
            "pmatrix" => Enclosed("(", table, ")"),
            "bmatrix" => Enclosed("[", table, "]"),
            "Bmatrix" => Enclosed("{", table, "}"),
            "vmatrix" => Enclosed("|", table, "|"),
            "Vmatrix" => Enclosed("‖", table, "‖"),
            "cases" => Enclosed("{", Align(table, "left", null), null),
            "array" => Align(table, string.Join(' ', columns.Select(Alignment).OfType<string>()), null),
            "aligned" or "align" or "align*" or "split" or "eqnarray" or "eqnarray*" => Align(table, "right left", "displaystyle"),
            "gather" or "gathered" or "gather*" or "equation" or "equation*" => Align(table, "center", "displaystyle"),
            _ => throw new LatexException($"The formula uses \\begin{{{name}}}, which the book cannot draw.", start.Position),
        };
    }

    /// <summary>
    /// Rows of cells up to a token that ends them. A formula of one cell is not a table: it is given as <paramref name="single"/>,
    /// and the table is empty.
    /// </summary>
    private XElement ParseTable(Func<LatexToken, bool> ends, out XElement? single)
    {
        var table = new XElement("mtable");
        single = null;
        while (true)
        {
            var row = new XElement("mtr");
            while (true)
            {
                var cell = ParseRow(token => ends(token) || token.Kind is LatexTokenKind.Column or LatexTokenKind.Row);
                row.Add(new XElement("mtd", cell));
                if (lexer.Current.Kind != LatexTokenKind.Column)
                {
                    break;
                }
                lexer.Next();
            }
            var isLast = ends(lexer.Current);
            if (isLast && !table.HasElements && row.Elements().Count() == 1)
            {
                single = row.Element("mtd")!.Elements().First();
                single.Remove();
                return table;
            }
            // What follows the last \\ is usually nothing.
            if (!isLast || row.Elements().Count() > 1 || row.Element("mtd")!.Elements().First() is not { Name.LocalName: "mrow", HasElements: false })
            {
                table.Add(row);
            }
            if (isLast)
            {
                return table;
            }
            lexer.Next();
        }
    }

    // MathML Core has no columnalign: every cell says it itself, in the page's style sheet language.
    private static XElement Align(XElement table, string pattern, string? style)
    {
        var alignments = pattern.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var row in table.Elements())
        {
            var column = 0;
            foreach (var cell in row.Elements())
            {
                var alignment = alignments.Length == 0 ? "center" : alignments[column++ % alignments.Length];
                cell.SetAttributeValue("style", $"text-align:{alignment}");
            }
        }
        if (style is not null)
        {
            table.SetAttributeValue(style, "true");
        }
        return table;
    }

    private static string? Alignment(char column) => column switch { 'l' => "left", 'c' => "center", 'r' => "right", _ => null };

    private static XElement Enclosed(string left, XElement table, string? right) => new(
        "mrow", Bracket(left, stretchy: true), table, right is null ? null : Bracket(right, stretchy: true));
}
