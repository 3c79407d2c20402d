using System.Text.RegularExpressions;

namespace Course.Notebooks.Scripting.Directives;

/// <summary>Reads the argument of directives that take a text in double quotes.</summary>
internal static partial class Quoted
{
    /// <summary>The text between the quotes; a comment may follow.</summary>
    /// <exception cref="DirectiveException">There is no such text.</exception>
    public static string Parse(DirectivePart part, string expected)
    {
        var match = Argument().Match(part.Argument);
        return match.Success
            ? match.Groups["text"].Value.Trim()
            : throw new DirectiveException($"{part.Name} needs {expected} in double quotes, for example {part.Name} {Example(part)}.");
    }

    private static string Example(DirectivePart part) => part.Name switch
    {
        "#r" => "\"nuget:Plotly.NET,6.0.0\"",
        "#i" => "\"nuget:../packages\"",
        _ => "\"setup.csx\"",
    };

    [GeneratedRegex("""^"(?<text>[^"]*)"\s*(//.*)?$""")]
    private static partial Regex Argument();
}
