using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting.Services;

/// <summary>Writes declarations as a reader of C# expects them: <c>double Math.Sqrt(double d)</c>, <c>class Gpt : Module</c>.</summary>
internal static class Signatures
{
    private const int MaxBases = 5;

    private static readonly SymbolDisplayFormat Member = Format(SymbolDisplayTypeQualificationStyle.NameOnly);

    private static readonly SymbolDisplayFormat ScriptMember =
        Member.WithMemberOptions(Member.MemberOptions & ~SymbolDisplayMemberOptions.IncludeContainingType);

    private static readonly SymbolDisplayFormat Type = Format(SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The declaration of a symbol in one line, without its body.</summary>
    public static string Of(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol => symbol.ToDisplayString(Type),
        INamedTypeSymbol type => OfType(type),
        // Variables and methods of a cell belong to a class that only the compiler sees.
        _ when symbol.ContainingType is null or { IsScriptClass: true } => symbol.ToDisplayString(ScriptMember),
        _ => symbol.ToDisplayString(Member),
    };

    private static string OfType(INamedTypeSymbol type)
    {
        // `int` is a name; what it names is a struct System.Int32.
        var own = type.SpecialType == SpecialType.None ? type.ToDisplayString(Type)
            : type.ToDisplayString(Type.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes));
        if (type.TypeKind is TypeKind.Delegate or TypeKind.Enum or TypeKind.Error || type.IsTupleType)
        {
            return own;
        }
        var bases = type.BaseType is { SpecialType: SpecialType.None } parent ? [parent] : Array.Empty<INamedTypeSymbol>();
        var all = bases.Concat(type.Interfaces).Select(one => one.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)).ToArray();
        return all.Length switch
        {
            0 => own,
            <= MaxBases => $"{own} : {string.Join(", ", all)}",
            _ => $"{own} : {string.Join(", ", all.Take(MaxBases))}, ...",
        };
    }

    private static SymbolDisplayFormat Format(SymbolDisplayTypeQualificationStyle style) => new(
        typeQualificationStyle: style,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        localOptions: SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.StaticMethod,
        kindOptions: SymbolDisplayKindOptions.IncludeNamespaceKeyword | SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.CollapseTupleTypes);
}
