using System.Reflection;
using System.Runtime.InteropServices;
using Course.Notebooks.Jupyter;

namespace Course.Notebooks.Scripting;

/// <summary>What a Jupyter kernel with a <see cref="CSharpSession"/> says about itself.</summary>
public static class CSharpDescription
{
    /// <summary>The language's name: Jupyter falls back to a kernel of exactly the same one.</summary>
    public const string LanguageName = "C#";

    /// <summary>The description.</summary>
    public static KernelDescription Create()
    {
        var version = typeof(CSharpSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "1.0.0";
        return new KernelDescription("course-csharp", version,
            $"C# 14 on {RuntimeInformation.FrameworkDescription}. End a name with ? for its documentation; #!lsmagic lists the directives.",
            new LanguageInfo(LanguageName, "14.0", "text/x-csharp", ".cs", PygmentsLexer: "csharp", CodemirrorMode: "text/x-csharp"))
        {
            HelpLinks =
            [
                new HelpLink("C# language", "https://learn.microsoft.com/dotnet/csharp/"),
                new HelpLink(".NET API browser", "https://learn.microsoft.com/dotnet/api/"),
            ],
        };
    }
}
