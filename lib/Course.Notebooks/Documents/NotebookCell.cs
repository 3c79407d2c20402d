using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>The three kinds of cell.</summary>
public enum CellKind
{
    /// <summary>Code, with outputs.</summary>
    Code,

    /// <summary>Markdown.</summary>
    Markdown,

    /// <summary>Text that is passed on as it is.</summary>
    Raw,
}

/// <summary>
/// A view of one cell of a <see cref="NotebookDocument"/>. The JSON beneath is the truth, so members this class has never
/// heard of stay where they are.
/// </summary>
public sealed class NotebookCell
{
    internal NotebookCell(JsonObject json) => Json = json;

    /// <summary>The cell as nbformat stores it.</summary>
    public JsonObject Json { get; }

    /// <summary>The identifier, unique in its notebook (nbformat 4.5).</summary>
    public string Id
    {
        get => Json["id"]!.GetValue<string>();
        internal set => Json["id"] = value;
    }

    /// <summary>What kind of cell this is.</summary>
    public CellKind Kind => Json["cell_type"]!.GetValue<string>() switch
    {
        "code" => CellKind.Code,
        "markdown" => CellKind.Markdown,
        _ => CellKind.Raw,
    };

    /// <summary>The text; lines end in <c>\n</c>, the last one usually does not.</summary>
    public string Source
    {
        get => MultilineText.Read(Json["source"]);
        set => Json["source"] = MultilineText.ToLines(value);
    }

    /// <summary>The cell's metadata.</summary>
    public JsonObject Metadata => Json["metadata"]!.AsObject();

    /// <summary>The tags, for example <c>skip-execution</c>.</summary>
    public IEnumerable<string> Tags => Metadata["tags"] is JsonArray tags
        ? tags.Where(tag => tag?.GetValueKind() == JsonValueKind.String).Select(tag => tag!.GetValue<string>())
        : [];

    /// <summary>Whether the cell carries a tag.</summary>
    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.Ordinal);

    /// <summary>
    /// The language of a code cell, or <see langword="null"/> when the cell does not say, so that the notebook's applies.
    /// Where both keys stand, <c>polyglot_notebook.kernelName</c> wins over <c>dotnet_interactive.language</c>.
    /// </summary>
    public string? Language =>
        Text(Metadata["polyglot_notebook"], "kernelName") ?? Text(Metadata["dotnet_interactive"], "language");

    /// <summary>In which turn the cell was executed, or <see langword="null"/> if it was not.</summary>
    public int? ExecutionCount
    {
        get => Json["execution_count"] is JsonValue value && value.TryGetValue<int>(out var count) ? count : null;
        set => Json["execution_count"] = value;
    }

    /// <summary>What the cell printed and displayed, in order. Empty for cells that hold no code.</summary>
    public IReadOnlyList<CellOutput> Outputs => Json["outputs"] is JsonArray outputs
        ? [.. outputs.Select(output => new CellOutput(output!.AsObject()))]
        : [];

    /// <summary>Replaces the outputs.</summary>
    /// <exception cref="InvalidOperationException">The cell holds no code.</exception>
    public void SetOutputs(IEnumerable<CellOutput> outputs)
    {
        if (Kind != CellKind.Code)
        {
            throw new InvalidOperationException($"The cell {Id} is a {Kind} cell; only code cells have outputs.");
        }
        // A JSON node has one parent: what stands in another cell (or in this one) is copied.
        var nodes = outputs.Select(output => output.Json.Parent is null ? output.Json : output.Json.DeepClone()).ToArray();
        Json["outputs"] = new JsonArray(nodes);
    }

    /// <summary>Removes the outputs and the execution count of a code cell; does nothing to other cells.</summary>
    public void ClearOutputs()
    {
        if (Kind == CellKind.Code)
        {
            SetOutputs([]);
            ExecutionCount = null;
        }
    }

    private static string? Text(JsonNode? node, string name) =>
        node is JsonObject json && json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
