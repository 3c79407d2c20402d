using Course.Notebooks.Kernels;
using Course.Notebooks.Scripting;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

// The namespaces in this folder are .NET Interactive's: a notebook names them, and must run the same in both engines.
namespace Microsoft.DotNet.Interactive;

/// <summary>What every cell can call without a <c>using</c>, with the signatures .NET Interactive gives it.</summary>
public static class Kernel
{
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The representations to send; none: those preferred for the value's type.</param>
    /// <returns>A handle that can replace what is shown.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => value.Display(mimeTypes);

    /// <summary>Marks text as HTML: shown, it is not encoded.</summary>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Applies a style sheet to the page.</summary>
    public static void CSS(string content) => HTML($"<style>{content}</style>").Display();

    /// <summary>Runs JavaScript in the page.</summary>
    public static void Javascript(string scriptContent) =>
        HTML($"<script type=\"text/javascript\">{scriptContent}</script>").Display();

    /// <summary>Removes what the cell has shown so far; for displays that redraw. (.NET Interactive has no such call.)</summary>
    /// <param name="wait">Only when the next output arrives, so that nothing flickers.</param>
    public static void ClearOutput(bool wait = false) => CellContext.Required.Output.Clear(wait);

    /// <summary>Asks the person in front of the notebook for a line of text.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="typeHint"><c>text</c>, or <c>password</c> to hide the typing.</param>
    /// <exception cref="InvalidOperationException">The notebook runs without anyone to answer.</exception>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") =>
        CellContext.Required.AskAsync(new InputRequest(prompt, typeHint == "password"));

    /// <summary>Asks for a text that nobody else must see.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">The notebook runs without anyone to answer.</exception>
    public static async Task<PasswordString> GetPasswordAsync(string prompt = "") =>
        new(await CellContext.Required.AskAsync(new InputRequest(prompt, IsPassword: true)).ConfigureAwait(false));
}
