using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Grading;

/// <summary>
/// Tests and answers share one scope. An answer that declares a name of its own which the tests use (a class <c>Check</c> that
/// is always content, a variable <c>Math</c>) would change the tests, mostly by accident. Such tests give no points, and the
/// student is told which name to change. Names that the assignment itself asks students to declare are theirs.
/// </summary>
internal static class NameGuard
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    /// <summary>The names that tests use and students declare without being asked to.</summary>
    /// <param name="test">The tests.</param>
    /// <param name="students">The student's cells.</param>
    /// <param name="asked">The author's version of the cells that students write in.</param>
    public static IReadOnlyList<string> Taken(string test, IEnumerable<string> students, IEnumerable<string> asked)
    {
        var used = Used(test);
        used.IntersectWith(students.SelectMany(Declared));
        used.ExceptWith(asked.SelectMany(Declared));
        return [.. used.Order(StringComparer.Ordinal)];
    }

    /// <summary>The names a piece of code declares for the cells below it.</summary>
    internal static HashSet<string> Declared(string code)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var root = Parse(code);
        foreach (var node in root.DescendantNodes(node => node is not (BlockSyntax or AnonymousFunctionExpressionSyntax or ArrowExpressionClauseSyntax)))
        {
            var name = node switch
            {
                BaseTypeDeclarationSyntax type when type.Parent is not TypeDeclarationSyntax => type.Identifier,
                DelegateDeclarationSyntax type when type.Parent is not TypeDeclarationSyntax => type.Identifier,
                MethodDeclarationSyntax method when IsTopLevel(method) || IsExtension(method) => method.Identifier,
                PropertyDeclarationSyntax property when IsTopLevel(property) => property.Identifier,
                LocalFunctionStatementSyntax function => function.Identifier,
                VariableDeclaratorSyntax variable when !variable.Ancestors().Any(above => above is TypeDeclarationSyntax) => variable.Identifier,
                SingleVariableDesignationSyntax variable => variable.Identifier,
                UsingDirectiveSyntax { Alias: { } alias } => alias.Name.Identifier,
                NamespaceDeclarationSyntax { Name: IdentifierNameSyntax simple } => simple.Identifier,
                _ => default,
            };
            if (name.ValueText.Length > 0)
            {
                names.Add(name.ValueText);
            }
        }
        return names;
    }

    private static HashSet<string> Used(string test)
    {
        var root = Parse(test);
        var names = root.DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText).ToHashSet(StringComparer.Ordinal);
        names.ExceptWith(Declared(test));
        return names;
    }

    private static bool IsTopLevel(MemberDeclarationSyntax member) => member.Parent is CompilationUnitSyntax;

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true;

    private static CompilationUnitSyntax Parse(string code)
    {
        // Directives of notebooks are no C#.
        var lines = code.Split('\n').Select(line => line.StartsWith("#!", StringComparison.Ordinal) ? "" : line);
        return CSharpSyntaxTree.ParseText(string.Join('\n', lines), Script).GetCompilationUnitRoot();
    }
}
