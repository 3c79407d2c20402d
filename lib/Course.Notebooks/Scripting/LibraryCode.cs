using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Scripting;

/// <summary>
/// The part of a cell that C# scripting does not allow: namespaces and classes with extension members. It is compiled as a
/// library of its own, together with the other types of the cell, and the rest of the cell runs as usual.
/// </summary>
/// <param name="Library">The source of the library; <c>#line</c> directives keep the cell's positions.</param>
/// <param name="Script">The cell with what went into the library blanked.</param>
/// <param name="Declarations">The declarations as the cell writes them.</param>
internal sealed record LibraryCode(string Library, string Script, string Declarations)
{
    /// <summary>Splits a cell, or gives <see langword="null"/> when all of it can be a script.</summary>
    public static LibraryCode? Split(SyntaxTree cell)
    {
        var root = cell.GetCompilationUnitRoot();
        if (!root.Members.Any(member => member is BaseNamespaceDeclarationSyntax || HasExtensionMembers(member)))
        {
            return null;
        }
        var moved = root.Members.Where(member =>
            member is BaseNamespaceDeclarationSyntax or BaseTypeDeclarationSyntax or DelegateDeclarationSyntax).ToArray();
        var text = cell.GetText().ToString();
        var library = Blank(text);
        var script = text.ToCharArray();
        foreach (var usingDirective in root.Usings)
        {
            Copy(text, usingDirective.Span.Start, usingDirective.Span.End, library);
        }
        foreach (var member in moved)
        {
            Copy(text, member.Span.Start, member.Span.End, library);
            Copy(Blank(text), member.Span.Start, member.Span.End, script);
        }
        return new LibraryCode(
            Publish(library, TypesOf(root), cell), new string(script), string.Join('\n', moved.Select(member => member.ToString())));
    }

    /// <summary>The types a source declares, those in namespaces included, those in other types not.</summary>
    public static IReadOnlyList<MemberDeclarationSyntax> TypesOf(CompilationUnitSyntax root) =>
        [.. root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .Cast<MemberDeclarationSyntax>()];

    /// <summary>The name, with namespace and number of type parameters, by which two declarations are of the same type.</summary>
    public static string FullName(MemberDeclarationSyntax type)
    {
        var (name, arity) = type switch
        {
            TypeDeclarationSyntax declaration => (declaration.Identifier.Text, declaration.Arity),
            DelegateDeclarationSyntax declaration => (declaration.Identifier.Text, declaration.Arity),
            _ => (((BaseTypeDeclarationSyntax)type).Identifier.Text, 0),
        };
        var namespaces = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(space => space.Name.ToString());
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join('.', namespaces.Append(name))}`{arity}");
    }

    private static bool HasExtensionMembers(MemberDeclarationSyntax member) => member is ClassDeclarationSyntax type
        && type.Members.Any(inner => inner.IsKind(SyntaxKind.ExtensionBlockDeclaration)
            || inner is MethodDeclarationSyntax { ParameterList.Parameters: [var first, ..] }
                && first.Modifiers.Any(SyntaxKind.ThisKeyword));

    /// <summary>
    /// Makes the types public: in a script every later cell sees them, across assemblies only public ones. The keyword goes onto
    /// a line of its own, after which <c>#line</c> and blanks restore the position.
    /// </summary>
    private static string Publish(char[] library, IEnumerable<MemberDeclarationSyntax> types, SyntaxTree cell)
    {
        var text = new StringBuilder(LineDirective(0, cell.FilePath));
        var copied = 0;
        foreach (var type in types.OrderBy(type => type.SpanStart))
        {
            if (type.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.InternalKeyword)) is { RawKind: not 0 } hidden)
            {
                Array.Fill(library, ' ', hidden.SpanStart, hidden.Span.Length);
            }
            else if (type.Modifiers.Any(SyntaxKind.PublicKeyword) || type.Modifiers.Any(SyntaxKind.FileKeyword))
            {
                continue;
            }
            var first = type.Modifiers.Count > 0 ? type.Modifiers[0] : Keyword(type);
            var position = cell.GetLineSpan(first.Span).StartLinePosition;
            text.Append(library, copied, first.SpanStart - copied).Append("\npublic\n")
                .Append(LineDirective(position.Line, cell.FilePath)).Append(' ', position.Character);
            copied = first.SpanStart;
        }
        return text.Append(library, copied, library.Length - copied).ToString();
    }

    private static SyntaxToken Keyword(MemberDeclarationSyntax type) => type switch
    {
        TypeDeclarationSyntax declaration => declaration.Keyword,
        EnumDeclarationSyntax declaration => declaration.EnumKeyword,
        DelegateDeclarationSyntax declaration => declaration.DelegateKeyword,
        _ => type.GetFirstToken(),
    };

    private static string LineDirective(int line, string path) =>
        string.Create(CultureInfo.InvariantCulture, $"#line {line + 1} \"{path}\"\n");

    private static char[] Blank(string text) => [.. text.Select(character => character is '\n' or '\r' ? character : ' ')];

    private static void Copy(ReadOnlySpan<char> source, int start, int end, char[] target) =>
        source[start..end].CopyTo(target.AsSpan(start));
}
