using System.Text.Json.Nodes;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Execution.Parameters;

/// <summary>Puts parameters into a notebook, as a cell tagged <c>injected-parameters</c>.</summary>
public static class ParameterCell
{
    /// <summary>The tag of the cell that declares a notebook's parameters.</summary>
    public const string DeclarationTag = "parameters";

    /// <summary>The tag of the cell that sets them.</summary>
    public const string InjectedTag = "injected-parameters";

    /// <summary>
    /// Sets parameters: in the cell that did so last time, or in a new one below the cell that declares them, or in a new first
    /// one where none does. Of a name that is given twice, the last value counts.
    /// </summary>
    /// <param name="document">The notebook.</param>
    /// <param name="parameters">The parameters; without any, nothing is changed.</param>
    /// <returns>A sentence for each name that the notebook does not declare, which may be a slip.</returns>
    /// <exception cref="ParameterException">A name or a value is impossible in the notebook's language.</exception>
    public static IReadOnlyList<string> Inject(NotebookDocument document, IReadOnlyList<NotebookParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (parameters.Count == 0)
        {
            return [];
        }
        var declaration = document.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Code && cell.HasTag(DeclarationTag));
        var language = declaration is null ? document.Language : document.LanguageOf(declaration);
        IParameterLanguage writer = language switch
        {
            "csharp" => new CSharpParameters(declaration?.Source ?? ""),
            "python" or "python3" or "ipython" => new PythonParameters(declaration?.Source ?? ""),
            _ => throw new ParameterException($"Parameters can be set in notebooks of C# and Python, not of '{language}'."),
        };
        var last = parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Select(group => group.Last()).ToArray();
        var source = string.Join('\n', last.Select(writer.Assign).Prepend(writer.Comment));

        Target(document, declaration).Source = source;
        return declaration is null ? [] : [.. last.Where(parameter => !writer.Declares(parameter.Name))
            .Select(parameter => $"The cell tagged '{DeclarationTag}' declares no '{parameter.Name}'.")];
    }

    private static NotebookCell Target(NotebookDocument document, NotebookCell? declaration)
    {
        if (document.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Code && cell.HasTag(InjectedTag)) is { } earlier)
        {
            return earlier;
        }
        var index = declaration is null ? 0 : document.Cells.ToList().IndexOf(declaration) + 1;
        var cell = document.Insert(index, CellKind.Code, InjectedTag);
        // The keys by which readers know a cell's language are the notebook's own, whichever it uses.
        foreach (var key in (string[])["dotnet_interactive", "polyglot_notebook"])
        {
            if (document.Language != "csharp")
            {
                cell.Metadata.Remove(key);
            }
        }
        cell.Metadata["tags"] = new JsonArray(InjectedTag);
        return cell;
    }
}

/// <summary>How a language sets a variable.</summary>
internal interface IParameterLanguage
{
    /// <summary>The first line of the cell.</summary>
    string Comment { get; }

    /// <summary>Whether the declaring cell knows a variable.</summary>
    bool Declares(string name);

    /// <summary>The line that sets a parameter.</summary>
    /// <exception cref="ParameterException">The name or the value is impossible.</exception>
    string Assign(NotebookParameter parameter);
}
