using System.Globalization;
using System.Text;

namespace Course.Notebooks.Publishing;

/// <summary>What a piece of a page must know about the rest: which headings there are, and where links and images lead.</summary>
/// <param name="links">Where addresses lead.</param>
/// <param name="warn">Takes what the author should know.</param>
internal sealed class PageContext(LinkMap links, Action<string> warn)
{
    private readonly Dictionary<string, int> anchors = new(StringComparer.Ordinal);

    /// <summary>Tells the author.</summary>
    public void Warn(string message) => warn(message);

    /// <summary>The address of a link in the book, or <see langword="null"/> where it leads nowhere.</summary>
    public string? Link(string address) => links.Link(address);

    /// <summary>The address of an image in the book, or <see langword="null"/> where there is none.</summary>
    public string? Image(string address)
    {
        var image = links.Image(address);
        if (image is null)
        {
            warn($"The image {address} is left out: the book takes images from the notebook's folder, in png, jpeg, gif, webp or svg.");
        }
        return image;
    }

    /// <summary>A name for a heading, unique in the page: "Where to read on" becomes <c>where-to-read-on</c>.</summary>
    public string Anchor(string heading)
    {
        var name = new StringBuilder();
        foreach (var character in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(character))
            {
                name.Append(character);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }
        // "book-" begins the names of the page's own parts.
        var anchor = name.ToString().Trim('-');
        anchor = anchor.Length == 0 ? "section" : anchor.StartsWith("book-", StringComparison.Ordinal) ? "on-" + anchor : anchor;
        var count = anchors[anchor] = anchors.GetValueOrDefault(anchor) + 1;
        return count == 1 ? anchor : Anchor(anchor + " " + count.ToString(CultureInfo.InvariantCulture));
    }
}
