using System.Text;
using Course.Notebooks.Kernels;
using Markdig;

namespace Course.Notebooks.Scripting.Services;

/// <summary>A declaration and what its author wrote about it, as paragraphs of Markdown.</summary>
/// <param name="Signature">The declaration.</param>
internal sealed record Documentation(string Signature)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>What it is.</summary>
    public IReadOnlyList<string> Summary { get; init; } = [];

    /// <summary>What the parameters mean, type parameters included.</summary>
    public IReadOnlyList<(string Name, string Text)> Parameters { get; init; } = [];

    /// <summary>What is returned, or the value of a property.</summary>
    public IReadOnlyList<string> Returns { get; init; } = [];

    /// <summary>What is thrown and when.</summary>
    public IReadOnlyList<(string Name, string Text)> Exceptions { get; init; } = [];

    /// <summary>What else there is to know.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Other declarations of the same name, or the members of a type.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];

    /// <summary>What <see cref="Related"/> lists.</summary>
    public string RelatedTitle { get; init; } = "";

    /// <summary>The same documentation as plain text, Markdown and HTML.</summary>
    public static MimeBundle Render(IReadOnlyList<Documentation> topics)
    {
        var markdown = string.Join("\n\n---\n\n", topics.Select(topic => topic.Write(plain: false)));
        return new MimeBundle(new Dictionary<string, string>
        {
            ["text/plain"] = string.Join("\n\n", topics.Select(topic => topic.Write(plain: true))),
            ["text/markdown"] = markdown,
            ["text/html"] = Markdown.ToHtml(markdown, Pipeline).TrimEnd(),
        });
    }

    private string Write(bool plain)
    {
        var text = new StringBuilder(plain ? Signature : $"```csharp\n{Signature}\n```");
        Section("", Summary);
        Items("Parameters", Parameters);
        Section("Returns", Returns);
        Items("Exceptions", Exceptions);
        Section("Remarks", Remarks);
        if (Related.Count > 0)
        {
            Title(RelatedTitle);
            text.Append(plain ? "\n" + string.Join('\n', Related.Select(one => "  " + one)) : $"\n\n```csharp\n{string.Join('\n', Related)}\n```");
        }
        return text.ToString();

        void Title(string title) => text.Append(plain ? $"\n\n{title}:" : $"\n\n**{title}**");

        void Section(string title, IReadOnlyList<string> paragraphs)
        {
            if (paragraphs.Count == 0)
            {
                return;
            }
            if (title.Length > 0)
            {
                Title(title);
            }
            else if (plain)
            {
                text.Append('\n');
            }
            var indent = plain && title.Length > 0 ? "  " : "";
            foreach (var paragraph in paragraphs)
            {
                text.Append(plain ? "\n" + indent + PlainOf(paragraph) : "\n\n" + paragraph);
            }
        }

        void Items(string title, IReadOnlyList<(string Name, string Text)> items)
        {
            if (items.Count == 0)
            {
                return;
            }
            Title(title);
            text.Append(plain ? "" : "\n");
            foreach (var (name, meaning) in items)
            {
                text.Append(plain ? $"\n  {name}: {PlainOf(meaning)}" : $"\n- `{name}`: {meaning}");
            }
        }
    }

    // Names stand between backticks, and what Markdown would read as markup behind a backslash.
    private static string PlainOf(string markdown)
    {
        var plain = new StringBuilder(markdown.Length);
        var inCode = false;
        for (var index = 0; index < markdown.Length; index++)
        {
            if (markdown[index] == '`')
            {
                inCode = !inCode;
            }
            else if (markdown[index] != '\\' || inCode || ++index < markdown.Length)
            {
                plain.Append(markdown[index]);
            }
        }
        return plain.ToString();
    }
}
