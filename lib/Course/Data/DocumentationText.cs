using System.Text;
using System.Xml;

namespace Course.Data;

/// <summary>
/// Turns one element of a documentation file into plain text. References become names, so that sentences stay whole; paragraphs and
/// list items become lines; runs of blanks become one.
/// </summary>
internal sealed class DocumentationText(DocumentationNames names)
{
    private readonly StringBuilder text = new();
    private bool space;
    private bool lineBreak;
    private string? reference;

    /// <summary>Reads the element the reader stands on, and leaves the reader behind it.</summary>
    public string Read(XmlReader reader)
    {
        text.Clear();
        space = lineBreak = false;
        reference = null;
        var end = reader.Depth;
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return "";
        }

        var skipUntil = int.MaxValue;
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == end))
        {
            if (reader.Depth > skipUntil)
            {
                continue;
            }

            skipUntil = int.MaxValue;
            switch (reader.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    Append(reader.Value);
                    break;
                case XmlNodeType.Element when reader.Name == "listheader":
                    skipUntil = reader.Depth;
                    break;
                case XmlNodeType.Element:
                    Start(reader);
                    break;
                case XmlNodeType.EndElement:
                    End(reader.Name);
                    break;
            }
        }

        reader.Read();
        return Finish();
    }

    private void Start(XmlReader reader)
    {
        switch (reader.Name)
        {
            case "see" or "seealso" or "xref":
                reference = reader.GetAttribute("cref") is { } cref ? names.ForReference(cref)
                    : reader.GetAttribute("uid") is { } uid ? names.ForUnprefixed(uid)
                    : reader.GetAttribute("langword") ?? reader.GetAttribute("href") ?? "";
                if (reader.IsEmptyElement)
                {
                    Append(reference);
                }

                break;
            case "paramref" or "typeparamref":
                Append(reader.GetAttribute("name") ?? "");
                break;
            case "para" or "p" or "br" or "item" or "li" or "list" or "ul" or "ol":
                lineBreak = text.Length > 0;
                break;
            case "sup":
                Append("^");
                break;
            case "sub":
                Append("_");
                break;
        }
    }

    private void End(string element)
    {
        switch (element)
        {
            // A reference with text of its own reads as that text; without, as the name it refers to.
            case "see" or "seealso" or "xref" when reference is not null:
                Append(reference);
                break;
            case "para" or "p" or "item" or "li" or "list" or "ul" or "ol":
                lineBreak = text.Length > 0;
                break;
            case "term" when text.Length > 0 && text[^1] != ':':
                space = false;
                Append(": ");
                break;
        }
    }

    private void Append(string part)
    {
        foreach (var c in part)
        {
            if (char.IsWhiteSpace(c))
            {
                space = true;
                continue;
            }

            if (text.Length > 0 && (lineBreak || space))
            {
                text.Append(lineBreak ? '\n' : ' ');
            }

            space = lineBreak = false;
            reference = null;
            text.Append(c);
        }
    }

    /// <summary>Pulls punctuation to the word before it, except where it begins a word, as in " .NET".</summary>
    private string Finish()
    {
        for (var i = text.Length - 1; i > 0; i--)
        {
            if (text[i] is '.' or ',' or ';' && text[i - 1] == ' ' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])))
            {
                text.Remove(i - 1, 1);
            }
        }

        return text.ToString();
    }
}
