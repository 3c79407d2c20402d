using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Rewrites a cell so that it can be interrupted: every loop, method and lambda begins with a call of
/// <see cref="Interruption.Check"/>. Lines stay where they are.
/// </summary>
/// <remarks>
/// The runtime can also abort a thread (<c>ControlledExecution</c>), but in .NET 10.0.12 on Linux that ends the process about every
/// third time when the code is in the middle of a call, and a thread once aborted cannot be aborted again. Code that asks stops
/// every time, on every thread, with its <c>finally</c> blocks run.
/// </remarks>
internal sealed class Interruptible : CSharpSyntaxRewriter
{
    private static readonly StatementSyntax Check =
        ParseStatement($"global::{typeof(Interruption).FullName}.{nameof(Interruption.Check)}();");

    private readonly SemanticModel model;

    private Interruptible(SemanticModel model)
        : base(visitIntoStructuredTrivia: false) => this.model = model;

    /// <summary>The same code with checks; the compilation is one that holds the tree and compiles.</summary>
    public static SyntaxTree Rewrite(SyntaxTree tree, CSharpCompilation compilation, CancellationToken cancellationToken)
    {
        var root = tree.GetRoot(cancellationToken);
        var rewritten = new Interruptible(compilation.GetSemanticModel(tree)).Visit(root);
        return rewritten == root ? tree : tree.WithRootAndOptions(rewritten, tree.Options);
    }

    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node)
    {
        var loop = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
        return loop.WithStatement(Body(loop.Statement));
    }

    public override SyntaxNode? VisitDoStatement(DoStatementSyntax node)
    {
        var loop = (DoStatementSyntax)base.VisitDoStatement(node)!;
        return loop.WithStatement(Body(loop.Statement));
    }

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node)
    {
        var loop = (ForStatementSyntax)base.VisitForStatement(node)!;
        return loop.WithStatement(Body(loop.Statement));
    }

    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node)
    {
        var loop = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
        return loop.WithStatement(Body(loop.Statement));
    }

    public override SyntaxNode? VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        var loop = (ForEachVariableStatementSyntax)base.VisitForEachVariableStatement(node)!;
        return loop.WithStatement(Body(loop.Statement));
    }

    public override SyntaxNode? VisitGotoStatement(GotoStatementSyntax node) =>
        node.IsKind(SyntaxKind.GotoStatement) ? Checked(node) : base.VisitGotoStatement(node);

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var method = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        if (method.Body is { } body)
        {
            return method.WithBody(Checked(body));
        }
        return ToBlock(method.ExpressionBody, method.SemicolonToken, ReturnsValue(method.ReturnType, method.Modifiers)) is { } block
            ? method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block)
            : method;
    }

    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        var function = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        if (function.Body is { } body)
        {
            return function.WithBody(Checked(body));
        }
        return ToBlock(function.ExpressionBody, function.SemicolonToken, ReturnsValue(function.ReturnType, function.Modifiers)) is { } block
            ? function.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block)
            : function;
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        // A static constructor that throws leaves its type unusable for good.
        if (node.Modifiers.Any(SyntaxKind.StaticKeyword))
        {
            return node;
        }
        var constructor = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        return constructor.Body is { } body ? constructor.WithBody(Checked(body)) : constructor;
    }

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) =>
        VisitLambda(node, (LambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!);

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) =>
        VisitLambda(node, (LambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!);

    private LambdaExpressionSyntax VisitLambda(LambdaExpressionSyntax original, LambdaExpressionSyntax lambda)
    {
        if (lambda.Block is { } block)
        {
            return lambda.WithBlock(Checked(block));
        }
        // An expression tree describes code and must stay an expression.
        if (lambda.ExpressionBody is null or ThrowExpressionSyntax or RefExpressionSyntax
            || model.GetTypeInfo(original).ConvertedType is not { TypeKind: TypeKind.Delegate }
            || model.GetSymbolInfo(original).Symbol is not IMethodSymbol { ReturnsByRef: false, ReturnsByRefReadonly: false } symbol)
        {
            return lambda;
        }
        var returnsValue = !symbol.ReturnsVoid && !(symbol.IsAsync && symbol.ReturnType is INamedTypeSymbol { Arity: 0 });
        return lambda.WithExpressionBody(null).WithBlock(Block(Check, Statement(lambda.ExpressionBody, returnsValue, Token(SyntaxKind.SemicolonToken))));
    }

    private static bool ReturnsValue(TypeSyntax type, SyntaxTokenList modifiers)
    {
        var isVoid = type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
        // `async Task F() => await ...;` returns nothing either.
        var isPlainTask = modifiers.Any(SyntaxKind.AsyncKeyword) && type is not (GenericNameSyntax or QualifiedNameSyntax { Right: GenericNameSyntax });
        return !isVoid && !isPlainTask;
    }

    private static BlockSyntax? ToBlock(ArrowExpressionClauseSyntax? arrow, SyntaxToken semicolon, bool returnsValue)
    {
        if (arrow is null or { Expression: ThrowExpressionSyntax or RefExpressionSyntax })
        {
            return null;
        }
        var open = Token(arrow.ArrowToken.LeadingTrivia, SyntaxKind.OpenBraceToken, default);
        var close = Token(default, SyntaxKind.CloseBraceToken, semicolon.TrailingTrivia);
        var check = Check.WithTrailingTrivia(arrow.ArrowToken.TrailingTrivia);
        return Block(open, [check, Statement(arrow.Expression, returnsValue, semicolon.WithTrailingTrivia())], close);
    }

    private static StatementSyntax Statement(ExpressionSyntax expression, bool returnsValue, SyntaxToken semicolon) => returnsValue
        ? ReturnStatement(Token(default, SyntaxKind.ReturnKeyword, [Space]), expression, semicolon)
        : ExpressionStatement(expression, semicolon);

    // A declaration or a label may not be the body of a loop; in a block it might, and the error would be lost.
    private static StatementSyntax Body(StatementSyntax body) =>
        body is LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax or LabeledStatementSyntax ? body : Checked(body);

    private static BlockSyntax Checked(StatementSyntax body)
    {
        if (body is not BlockSyntax block)
        {
            return Block(Check, body);
        }
        // What follows the brace on its line stays there, so that a preprocessor directive below still begins its line.
        var open = block.OpenBraceToken;
        return block.WithOpenBraceToken(open.WithTrailingTrivia())
            .WithStatements(block.Statements.Insert(0, Check.WithTrailingTrivia(open.TrailingTrivia)));
    }
}
