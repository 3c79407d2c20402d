using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Scripting;

/// <summary>Decides whether a submission has a value to show. The value itself cannot tell: <c>null</c> is one too.</summary>
internal static class TrailingValue
{
    /// <summary>
    /// Whether the code ends in an expression without a semicolon whose type is not <see langword="void"/>, or returns a value.
    /// </summary>
    public static bool Exists(CSharpCompilation compilation, SyntaxTree tree, CancellationToken cancellationToken)
    {
        var root = tree.GetCompilationUnitRoot(cancellationToken);
        if (ReturnsValue(root))
        {
            return true;
        }
        if (root.Members.LastOrDefault() is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last })
        {
            var type = compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression, cancellationToken).ConvertedType;
            return type is null || type.SpecialType != SpecialType.System_Void;
        }
        return false;
    }

    private static bool ReturnsValue(CompilationUnitSyntax root) => root
        .DescendantNodes(node => node is CompilationUnitSyntax or GlobalStatementSyntax
            || (node is StatementSyntax and not LocalFunctionStatementSyntax) || node is ElseClauseSyntax or SwitchSectionSyntax
            || node is CatchClauseSyntax or FinallyClauseSyntax)
        .Any(node => node is ReturnStatementSyntax { Expression: not null });
}
