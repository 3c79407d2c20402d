using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;
using Course.Notebooks.Publishing;

namespace Course.Notebooks.Tests.Publishing;

/// <summary>A folder with notebooks to make books of.</summary>
internal sealed class BookFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("course-book-");

    public string Path => folder.FullName;

    public string Site => System.IO.Path.Combine(Path, "site");

    public List<string> Notebooks { get; } = [];

    public string File(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public NotebookDocument Notebook(string name, params string[] markdown)
    {
        var notebook = NotebookDocument.Create();
        foreach (var text in markdown)
        {
            notebook.Add(CellKind.Markdown, text);
        }
        Notebooks.Add(System.IO.Path.Combine(Path, name));
        Save(name, notebook);
        return notebook;
    }

    public void Save(string name, NotebookDocument notebook) => notebook.Save(System.IO.Path.Combine(Path, name));

    public static void AddCode(NotebookDocument notebook, string code, params (string MimeType, string Content)[] display)
    {
        var cell = notebook.Add(CellKind.Code, code);
        cell.ExecutionCount = 1;
        cell.SetOutputs([CellOutput.Display(new MimeBundle(display.ToDictionary(one => one.MimeType, one => one.Content)))]);
    }

    public Task<BookReport> WriteAsync(Func<BookOptions, BookOptions>? change = null)
    {
        var options = new BookOptions { Title = "A <book>", Notebooks = Notebooks, Output = Site };
        return Book.WriteAsync(change?.Invoke(options) ?? options);
    }

    public string Text(string file) => System.IO.File.ReadAllText(System.IO.Path.Combine(Site, file));

    public IElement Page(string file) => new HtmlParser().ParseDocument(Text(file)).DocumentElement;

    public void Dispose() => folder.Delete(recursive: true);
}
