namespace Course.Data;

/// <summary>What a documented name stands for.</summary>
public enum MemberKind
{
    /// <summary>A class, structure, interface, enumeration or delegate.</summary>
    Type,

    /// <summary>A constructor.</summary>
    Constructor,

    /// <summary>A method.</summary>
    Method,

    /// <summary>An operator or a conversion.</summary>
    Operator,

    /// <summary>A property or an indexer.</summary>
    Property,

    /// <summary>A field, a constant or a value of an enumeration.</summary>
    Field,

    /// <summary>An event.</summary>
    Event,
}

/// <summary>One parameter of a method, constructor or indexer.</summary>
/// <param name="Name">Its name in the code.</param>
/// <param name="Text">What the documentation says of it, as plain text.</param>
public sealed record DocumentedParameter(string Name, string Text);

/// <summary>One entry of the .NET documentation, as plain text: paragraphs are separated by a line feed.</summary>
/// <param name="Id">The documentation id, such as <c>M:System.Collections.Generic.List`1.Add(`0)</c>.</param>
/// <param name="Kind">What the entry describes.</param>
/// <param name="Namespace">The namespace, such as <c>System.Collections.Generic</c>.</param>
/// <param name="TypeId">The full name of the type that declares the member, or of the type itself: <c>System.Collections.Generic.List`1</c>.</param>
/// <param name="Name">A short readable name, such as <c>List&lt;T&gt;.Add</c>.</param>
/// <param name="Signature">The name with its parameter types, such as <c>List&lt;T&gt;.Add(T)</c>; equal to the name where there are none.</param>
/// <param name="Summary">What it is or does; never empty.</param>
/// <param name="Remarks">More about it, or empty.</param>
/// <param name="Returns">What it returns, or empty.</param>
/// <param name="Parameters">Its documented parameters.</param>
public sealed record DocumentedMember(
    string Id,
    MemberKind Kind,
    string Namespace,
    string TypeId,
    string Name,
    string Signature,
    string Summary,
    string Remarks,
    string Returns,
    IReadOnlyList<DocumentedParameter> Parameters)
{
    /// <summary>
    /// Whether the member stands for one machine instruction. A sixth of the .NET documentation is about these; their text is
    /// mostly names of instructions, not English.
    /// </summary>
    public bool IsHardwareIntrinsic =>
        Namespace == "System.Runtime.Intrinsics" || Namespace.StartsWith("System.Runtime.Intrinsics.", StringComparison.Ordinal);

    /// <summary>Whether the member implements an interface under the interface's name only; such names are long and rarely seen.</summary>
    public bool IsExplicitImplementation => Kind != MemberKind.Type && Id.IndexOf('#') is var mark and > 0
        && !Id.AsSpan(mark).StartsWith("#ctor", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Signature}: {Summary}";
}
