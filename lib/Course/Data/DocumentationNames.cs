using System.Globalization;

namespace Course.Data;

/// <summary>
/// Turns documentation ids into the names a reader knows: <c>M:System.Collections.Generic.List`1.Add(`0)</c> into
/// <c>List&lt;T&gt;.Add</c>. The format of the ids is described in the C# specification, annex D.4.
/// </summary>
/// <param name="typeParameters">
/// All documented types by full name (<c>System.Collections.Generic.List`1</c>) with the names of their type parameters. It also
/// tells namespaces from the types that other types are nested in.
/// </param>
internal sealed class DocumentationNames(IReadOnlyDictionary<string, IReadOnlyList<string>> typeParameters)
{
    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
        ["op_UnsignedRightShift"] = ">>>",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_UnaryNegation"] = "-",
        ["op_UnaryPlus"] = "+",
        ["op_LogicalNot"] = "!",
        ["op_OnesComplement"] = "~",
        ["op_Increment"] = "++",
        ["op_Decrement"] = "--",
        ["op_True"] = "true",
        ["op_False"] = "false",
    };

    /// <summary>The name for a reference inside a sentence: a type, or a member with its type, without parameters.</summary>
    /// <param name="cref">A documentation id with its prefix, such as <c>T:System.String</c>.</param>
    public string ForReference(string cref)
    {
        var colon = cref.IndexOf(':', StringComparison.Ordinal);
        var (prefix, rest) = colon < 0 ? ("", cref) : (cref[..colon], cref[(colon + 1)..]);
        return prefix switch
        {
            "T" => TypeName(rest),
            "M" or "P" or "F" or "E" or "Overload" => Split(rest) is var (type, member, _, returned) ? MemberName(type, member, returned) : rest,
            _ => rest,
        };
    }

    /// <summary>The name for a reference that does not say what it refers to.</summary>
    public string ForUnprefixed(string name)
    {
        name = name.TrimEnd('*');
        var isMember = name.Contains('(', StringComparison.Ordinal)
            || (name.LastIndexOf('.') is var dot and > 0 && typeParameters.ContainsKey(name[..dot]) && !typeParameters.ContainsKey(name));
        return ForReference((isMember ? "M:" : "T:") + name);
    }

    /// <summary>All that an id says about a member.</summary>
    /// <param name="id">A documentation id with its prefix.</param>
    /// <param name="methodTypeParameters">The names of the method's own type parameters.</param>
    public (MemberKind Kind, string Namespace, string TypeId, string Name, string Signature) Describe(
        string id, IReadOnlyList<string> methodTypeParameters)
    {
        var rest = id[2..];
        if (id[0] == 'T')
        {
            var typeName = TypeName(rest);
            return (MemberKind.Type, NamespaceOf(rest), rest, typeName, typeName);
        }

        var (type, member, parameters, returned) = Split(rest);
        var name = MemberName(type, member, returned);
        var kind = id[0] switch
        {
            'P' => MemberKind.Property,
            'F' => MemberKind.Field,
            'E' => MemberKind.Event,
            _ when member.StartsWith("#ctor", StringComparison.Ordinal) => MemberKind.Constructor,
            _ when member.Contains("op_", StringComparison.Ordinal) && OperatorName(LastPart(member), returned) is not null => MemberKind.Operator,
            _ => MemberKind.Method,
        };
        return (kind, NamespaceOf(type), type, name, Signature(kind, type, name, parameters, methodTypeParameters));
    }

    private string Signature(
        MemberKind kind, string type, string name, string parameters, IReadOnlyList<string> methodTypeParameters)
    {
        if (kind is MemberKind.Field or MemberKind.Event || (kind == MemberKind.Property && parameters.Length == 0))
        {
            return name;
        }

        var references = new TypeReferences(parameters, TypeParametersOf(type), methodTypeParameters, TypeName);
        var list = string.Join(", ", references.ParseList());
        return kind == MemberKind.Property ? $"{name}[{list}]" : $"{name}({list})";
    }

    /// <summary>Takes an id without prefix apart: the type, the member, the parameter list and, for conversions, the result.</summary>
    private static (string Type, string Member, string Parameters, string Returned) Split(string rest)
    {
        var returned = "";
        if (rest.LastIndexOf('~') is var tilde and > 0)
        {
            (rest, returned) = (rest[..tilde], rest[(tilde + 1)..]);
        }

        var parameters = "";
        if (rest.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            parameters = rest[(open + 1)..].TrimEnd(')');
            rest = rest[..open];
        }

        var dot = rest.LastIndexOf('.');
        return dot < 0 ? ("", rest, parameters, returned) : (rest[..dot], rest[(dot + 1)..], parameters, returned);
    }

    private string MemberName(string type, string member, string returned)
    {
        var typeName = TypeName(type);
        if (member.StartsWith("#ctor", StringComparison.Ordinal) || member.StartsWith("#cctor", StringComparison.Ordinal))
        {
            return typeName;
        }

        // An explicit implementation: the interface's dots are written as '#', its commas as '@'.
        var implemented = "";
        if (member.LastIndexOf('#') is var mark and > 0)
        {
            var reference = member[..mark].Replace('#', '.').Replace('@', ',');
            implemented = string.Concat(new TypeReferences(reference, [], [], TypeName).ParseList().Take(1)) + ".";
            member = member[(mark + 1)..];
        }

        if (member.IndexOf('`', StringComparison.Ordinal) is var arity and > 0)
        {
            member = member[..arity];
        }

        var last = OperatorName(member, returned) ?? member;
        return typeName.Length == 0 ? implemented + last : $"{typeName}.{implemented}{last}";
    }

    private string? OperatorName(string member, string returned)
    {
        if (member is "op_Implicit" or "op_Explicit")
        {
            var target = string.Concat(new TypeReferences(returned, [], [], TypeName).ParseList().Take(1));
            return $"{(member == "op_Implicit" ? "implicit" : "explicit")} operator {target}".TrimEnd();
        }

        var isChecked = member.StartsWith("op_Checked", StringComparison.Ordinal);
        return Operators.TryGetValue(isChecked ? "op_" + member["op_Checked".Length..] : member, out var symbol)
            ? $"operator {(isChecked ? "checked " : "")}{symbol}"
            : null;
    }

    private static string LastPart(string member) => member[(member.LastIndexOf('#') + 1)..];

    /// <summary>A type without its namespace, with the types it is nested in, and with its type parameters by name.</summary>
    private string TypeName(string fullName)
    {
        if (fullName.Contains('{', StringComparison.Ordinal))
        {
            return string.Concat(new TypeReferences(fullName, [], [], TypeName).ParseList().Take(1));
        }

        var name = new System.Text.StringBuilder();
        var start = NamespaceLength(fullName) is var length and > 0 ? length + 1 : 0;
        while (start < fullName.Length)
        {
            var end = fullName.IndexOf('.', start) is var dot and > 0 ? dot : fullName.Length;
            var part = fullName.AsSpan(start, end - start);
            var tick = part.IndexOf('`');
            name.Append(name.Length > 0 ? "." : "").Append(tick < 0 ? part : part[..tick]);
            if (tick > 0 && int.TryParse(part[(tick + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 64)
            {
                name.Append('<').AppendJoin(", ", ParameterNames(fullName[..end], count)).Append('>');
            }

            start = end + 1;
        }

        return name.ToString();
    }

    private IEnumerable<string> ParameterNames(string type, int count) =>
        typeParameters.TryGetValue(type, out var names) && names.Count >= count ? names.TakeLast(count)
        : count == 1 ? ["T"] : Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"T{i}"));

    /// <summary>The type parameters `0, `1 … of a type, those of the types around it first.</summary>
    private List<string> TypeParametersOf(string type)
    {
        var all = new List<string>();
        for (var tick = type.IndexOf('`', StringComparison.Ordinal); tick > 0; tick = type.IndexOf('`', tick + 1))
        {
            var end = type.IndexOf('.', tick) is var dot and > 0 ? dot : type.Length;
            if (int.TryParse(type.AsSpan(tick + 1, end - tick - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count is > 0 and < 64)
            {
                all.AddRange(ParameterNames(type[..end], count));
            }
        }

        return all;
    }

    private string NamespaceOf(string type) => NamespaceLength(type) is var length and > 0 ? type[..length] : "";

    /// <summary>The shortest beginning that is a documented type starts after the namespace; else all but the last part is namespace.</summary>
    private int NamespaceLength(string type)
    {
        for (int dot = type.IndexOf('.', StringComparison.Ordinal), last = -1; dot > 0; last = dot, dot = type.IndexOf('.', dot + 1))
        {
            if (typeParameters.ContainsKey(type[..dot]))
            {
                return last;
            }
        }

        return type.LastIndexOf('.');
    }
}
