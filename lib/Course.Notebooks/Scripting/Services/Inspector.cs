using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.QuickInfo;

namespace Course.Notebooks.Scripting.Services;

/// <summary>Says what the name at the cursor means: its declaration, its documentation, its overloads.</summary>
internal static class Inspector
{
    private const int MaxRelated = 200;

    /// <summary>Describes what stands at a place, or gives <see langword="null"/>.</summary>
    public static async Task<MimeBundle?> DescribeAsync(
        Document document, int position, InspectionDetail detail, CancellationToken cancellationToken)
    {
        var root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        var model = (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
        foreach (var token in Candidates(root, position))
        {
            if (SymbolsAt(token, model, cancellationToken) is { Count: > 0 } symbols)
            {
                return Documentation.Render([Describe(symbols, detail == InspectionDetail.Full, cancellationToken)]);
            }
        }
        return await QuickInfoAsync(document, position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The tokens that may be meant, the likeliest first: the name the cursor is in or at the end of; inside an argument list, the
    /// name of what is called.
    /// </summary>
    private static IEnumerable<SyntaxToken> Candidates(SyntaxNode root, int position)
    {
        var at = root.FindToken(Math.Min(position, Math.Max(0, root.FullSpan.End - 1)));
        var before = position > 0 ? root.FindToken(position - 1) : at;
        foreach (var token in (SyntaxToken[])[before, at])
        {
            if (token.Span.IntersectsWith(position) && IsName(token))
            {
                yield return token;
            }
        }
        var list = before.Parent?.FirstAncestorOrSelf<SyntaxNode>(node => node is BaseArgumentListSyntax && node.SpanStart < position);
        var called = list?.Parent switch
        {
            InvocationExpressionSyntax call => NameOf(call.Expression),
            ObjectCreationExpressionSyntax creation => NameOf(creation.Type),
            _ => default,
        };
        if (called.RawKind != 0)
        {
            yield return called;
        }
    }

    private static bool IsName(SyntaxToken token) =>
        token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax || token.Parent is ThisExpressionSyntax
        || token.Parent is ImplicitObjectCreationExpressionSyntax;

    private static SyntaxToken NameOf(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        QualifiedNameSyntax qualified => qualified.Right.Identifier,
        SimpleNameSyntax name => name.Identifier,
        _ => default,
    };

    /// <summary>What a name stands for; of a method group all overloads, the one that is called first.</summary>
    private static IReadOnlyList<ISymbol> SymbolsAt(SyntaxToken token, SemanticModel model, CancellationToken cancellationToken)
    {
        var node = token.Parent!;
        if (model.GetDeclaredSymbol(node, cancellationToken) is { } declared
            && declared.Locations.Any(location => location.SourceSpan == token.Span))
        {
            return [declared];
        }
        // In `new Random(1)` the name means the constructor.
        var asked = node is SimpleNameSyntax { Parent: ObjectCreationExpressionSyntax creation } && creation.Type == node ? creation : node;
        var info = model.GetSymbolInfo(asked, cancellationToken);
        var found = info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols.ToArray();
        var group = model.GetMemberGroup(asked, cancellationToken);
        if (found.Length == 0 && group.Length == 0)
        {
            return model.GetTypeInfo(node, cancellationToken).Type is { TypeKind: not TypeKind.Error } type ? [type] : [];
        }
        return [.. found.Concat(group).Select(Reduced).Distinct(SymbolEqualityComparer.Default).OfType<ISymbol>()];
    }

    // `numbers.Sum()` is declared as Enumerable.Sum<int>(this IEnumerable<int>): shown as it is declared.
    private static ISymbol Reduced(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { ReducedFrom: { } extension } => extension.OriginalDefinition,
        IMethodSymbol method => method.OriginalDefinition,
        IAliasSymbol alias => alias.Target,
        _ => symbol,
    };

    private static Documentation Describe(IReadOnlyList<ISymbol> symbols, bool full, CancellationToken cancellationToken)
    {
        // Without arguments to choose by, an overload that says something is the better one to show.
        var shown = symbols.Select(symbol => DocumentationReader.Read(symbol, full, cancellationToken)).Take(full ? 40 : 10).ToArray();
        var first = symbols.Count > 1 && shown[0].Summary.Count == 0
            ? Array.Find(shown, one => one.Summary.Count > 0) ?? shown[0] : shown[0];
        var others = symbols.Select(Signatures.Of).Where(signature => signature != first.Signature).ToArray();
        if (others.Length > 0)
        {
            return full
                ? first with { RelatedTitle = "Overloads", Related = others }
                : first with { Signature = $"{first.Signature}  (+ {others.Length} overload{(others.Length > 1 ? "s" : "")})" };
        }
        if (symbols[0] is ILocalSymbol or IFieldSymbol or IParameterSymbol or IPropertySymbol && first.Summary.Count == 0
            && TypeOf(symbols[0]) is INamedTypeSymbol { SpecialType: SpecialType.None } type)
        {
            // Of a variable without documentation, that of its type.
            first = first with { Summary = DocumentationReader.Read(type, full: false, cancellationToken).Summary };
        }
        return full && symbols[0] is INamedTypeSymbol inspected
            ? first with { RelatedTitle = "Members", Related = Members(inspected) } : first;
    }

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IFieldSymbol field => field.Type,
        IParameterSymbol parameter => parameter.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static string[] Members(INamedTypeSymbol type) => [.. type.GetMembers()
        .Where(member => member is { DeclaredAccessibility: Accessibility.Public, IsImplicitlyDeclared: false }
            and not IMethodSymbol { MethodKind: not (MethodKind.Ordinary or MethodKind.Constructor) })
        .OrderBy(member => member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? 0 : 1)
        .ThenBy(member => member.Name, StringComparer.Ordinal)
        .Select(Signatures.Of).Distinct(StringComparer.Ordinal).Take(MaxRelated)];

    /// <summary>Keywords and other things without a symbol: Roslyn's own tooltip.</summary>
    private static async Task<MimeBundle?> QuickInfoAsync(Document document, int position, CancellationToken cancellationToken)
    {
        var info = await QuickInfoService.GetService(document)!.GetQuickInfoAsync(document, position, cancellationToken)
            .ConfigureAwait(false);
        if (info is null || info.Sections.IsEmpty)
        {
            return null;
        }
        var texts = info.Sections.Select(section => section.Text.Trim()).Where(text => text.Length > 0).ToArray();
        return texts.Length == 0 ? null : Documentation.Render([new Documentation(texts[0]) { Summary = texts[1..] }]);
    }
}
