using System.Text.Json.Nodes;

namespace Course.Notebooks.Jupyter;

/// <summary>What a kernel says about itself when a client asks (<c>kernel_info_reply</c>).</summary>
/// <param name="Implementation">The kernel's name.</param>
/// <param name="Version">The kernel's version.</param>
/// <param name="Banner">What a console shows at the start.</param>
/// <param name="Language">The language it runs.</param>
public sealed record KernelDescription(string Implementation, string Version, string Banner, LanguageInfo Language)
{
    /// <summary>Lines for the client's help menu.</summary>
    public IReadOnlyList<HelpLink> HelpLinks { get; init; } = [];
}

/// <summary>What a client should know of a language to colour and to save code.</summary>
/// <param name="Name">The language's name, by which clients look for another kernel of it.</param>
/// <param name="Version">The language's version.</param>
/// <param name="Mimetype">The MIME type of its source files.</param>
/// <param name="FileExtension">With the dot.</param>
/// <param name="PygmentsLexer">How Pygments (nbconvert) calls it.</param>
/// <param name="CodemirrorMode">How CodeMirror (Notebook, JupyterLab) calls it: a name, or an object with one.</param>
public sealed record LanguageInfo(
    string Name, string Version = "", string Mimetype = "", string FileExtension = "", string? PygmentsLexer = null, JsonNode? CodemirrorMode = null);

/// <summary>A line in a client's help menu.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Url">Where it leads.</param>
public sealed record HelpLink(string Text, string Url);
