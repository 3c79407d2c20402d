using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>Compiles small assemblies for cells to reference.</summary>
internal static class TestLibrary
{
    /// <summary>Compiles a source against .NET and the given files.</summary>
    /// <returns>The path.</returns>
    public static string Compile(string path, string source, params string[] references)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(source)],
            references.Append(Path.Combine(framework, "System.Private.CoreLib.dll")).Append(Path.Combine(framework, "System.Runtime.dll"))
                .Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var result = compilation.Emit(path);
        return result.Success ? path : throw new ArgumentException(string.Join('\n', result.Diagnostics));
    }
}
