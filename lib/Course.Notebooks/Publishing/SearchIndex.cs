using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Publishing;

/// <summary>
/// The texts that the search looks through, as a script: a page that was opened from the file system may load a script, but may not
/// read a data file.
/// </summary>
internal static class SearchIndex
{
    /// <summary>The script. A chapter is <c>[file, title, sections]</c>, a section <c>[anchor, heading, text]</c>.</summary>
    public static string Script(IEnumerable<Chapter> chapters)
    {
        var index = new JsonArray();
        foreach (var chapter in chapters)
        {
            var sections = new JsonArray();
            foreach (var section in chapter.Sections)
            {
                sections.Add(new JsonArray(section.Anchor, section.Heading, section.Text));
            }
            index.Add(new JsonArray(chapter.File, chapter.FullTitle, sections));
        }
        return $"window.bookIndex={index.ToJsonString(JsonSerializerOptions.Default)};\n";
    }
}
