using System.Runtime.InteropServices;
using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis.CSharp;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!about</c>: names the engine and its versions.</summary>
internal sealed class AboutDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!about"];

    public string Help => "shows the versions of the engine, the compiler and .NET";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        scope.Display(new MimeBundle("text/plain", $"""
            Course.Notebooks {typeof(AboutDirective).Assembly.GetName().Version}
            C# {LanguageVersion.CSharp14.ToDisplayString()}, Roslyn {typeof(CSharpCompilation).Assembly.GetName().Version}
            {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}
            """));
        return Task.CompletedTask;
    }
}
