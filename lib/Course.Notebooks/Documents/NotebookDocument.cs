using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>
/// A Jupyter notebook, nbformat 4.0 to 4.5 (nbformat.readthedocs.io, "The Notebook file format"). Reading keeps everything,
/// also what this class does not know, in its order; writing gives the 4.5 form as Jupyter itself writes it.
/// </summary>
public sealed class NotebookDocument
{
    /// <summary>Files larger than this many bytes are refused unless the caller says otherwise.</summary>
    public const long DefaultMaxBytes = 100_000_000;

    private readonly List<NotebookCell> cells;

    private NotebookDocument(JsonObject json)
    {
        Json = json;
        json["nbformat_minor"] = Math.Max(5, json["nbformat_minor"]?.GetValue<int>() ?? 0);
        json["metadata"] ??= new JsonObject();
        foreach (var cell in CellArray)
        {
            var members = cell!.AsObject();
            members["metadata"] ??= new JsonObject();
            if (members["cell_type"]!.GetValue<string>() == "code")
            {
                members["outputs"] ??= new JsonArray();
                members.TryAdd("execution_count", null);
            }
        }
        CellIds.Complete(CellArray.Select(cell => cell!.AsObject()));
        cells = [.. CellArray.Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    /// <summary>The notebook as nbformat stores it.</summary>
    public JsonObject Json { get; }

    /// <summary>The notebook's metadata.</summary>
    public JsonObject Metadata => Json["metadata"]!.AsObject();

    /// <summary>The cells in reading order.</summary>
    public IReadOnlyList<NotebookCell> Cells => cells;

    private JsonArray CellArray => Json["cells"]!.AsArray();

    /// <summary>
    /// The language of code cells that name none: <c>csharp</c> for C# in any of its spellings, else what the metadata says.
    /// </summary>
    public string Language
    {
        get
        {
            var name = Text("polyglot_notebook", "kernelInfo", "defaultKernelName")
                ?? Text("kernelspec", "language") ?? Text("language_info", "name") ?? "csharp";
            return NormaliseLanguage(name);
        }
    }

    /// <summary>The language a code cell is written in, <c>csharp</c> for C# in any of its spellings.</summary>
    public string LanguageOf(NotebookCell cell) => cell.Language is { } own ? NormaliseLanguage(own) : Language;

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">A larger file is refused before it is read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotebookFormatException">The file is no notebook; the message says where and why.</exception>
    public static NotebookDocument Load(string path, long maxBytes = DefaultMaxBytes) =>
        new(NotebookReader.ReadFile(path, maxBytes));

    /// <summary>Reads a notebook from its text.</summary>
    /// <param name="json">The text of an <c>.ipynb</c> file.</param>
    /// <param name="name">What to call the document in error messages.</param>
    /// <exception cref="NotebookFormatException">The text is no notebook; the message says where and why.</exception>
    public static NotebookDocument Parse(string json, string name = "notebook") =>
        Parse(Encoding.UTF8.GetBytes(json), name);

    /// <summary>Reads a notebook from UTF-8 bytes.</summary>
    /// <param name="utf8">The content of an <c>.ipynb</c> file.</param>
    /// <param name="name">What to call the document in error messages.</param>
    /// <exception cref="NotebookFormatException">The bytes are no notebook; the message says where and why.</exception>
    public static NotebookDocument Parse(ReadOnlySpan<byte> utf8, string name = "notebook") =>
        new(NotebookReader.Read(utf8, name));

    /// <summary>A new notebook of the course without cells; see <see cref="CourseMetadata"/>.</summary>
    public static NotebookDocument Create() => new(new JsonObject
    {
        ["cells"] = new JsonArray(),
        ["metadata"] = CourseMetadata.OfNotebook(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    });

    /// <summary>Appends a cell. A code cell gets the metadata that makes it run as C# in every C# kernel.</summary>
    public NotebookCell Add(CellKind kind, string source) => Insert(cells.Count, kind, source);

    /// <summary>Inserts a cell.</summary>
    /// <param name="index">Before which cell, from 0; the number of cells appends.</param>
    /// <param name="kind">What kind of cell.</param>
    /// <param name="source">Its text.</param>
    public NotebookCell Insert(int index, CellKind kind, string source)
    {
        var id = CellIds.Make(source, [.. cells.Select(cell => cell.Id)]);
        var json = new JsonObject { ["cell_type"] = kind.ToString().ToLowerInvariant() };
        if (kind == CellKind.Code)
        {
            json["execution_count"] = null;
        }
        json["id"] = id;
        json["metadata"] = kind == CellKind.Code ? CourseMetadata.OfCodeCell() : new JsonObject();
        if (kind == CellKind.Code)
        {
            json["outputs"] = new JsonArray();
        }
        json["source"] = MultilineText.ToLines(source);
        CellArray.Insert(index, json);
        var cell = new NotebookCell(json);
        cells.Insert(index, cell);
        return cell;
    }

    /// <summary>Removes a cell.</summary>
    /// <returns>Whether the cell was part of this notebook.</returns>
    public bool Remove(NotebookCell cell) => cells.Remove(cell) && CellArray.Remove(cell.Json);

    /// <summary>The text of the notebook file: one space per level, one array element per line of text.</summary>
    public string ToJson() => NotebookWriter.Write(Json);

    /// <summary>
    /// Writes the file, UTF-8 without a byte order mark. It is written beside its place and then moved there, so that an
    /// interrupted save leaves the old file; missing folders are made.
    /// </summary>
    public void Save(string path)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.WriteAllText(temporary, ToJson(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private string? Text(params string[] path)
    {
        JsonNode? node = Metadata;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }
        return node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
    }

    private static string NormaliseLanguage(string name) => name.ToLowerInvariant() switch
    {
        "csharp" or "c#" or ".net-csharp" or "polyglot-notebook" => "csharp",
        var other => other,
    };
}
