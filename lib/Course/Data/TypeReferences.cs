using System.Globalization;
using System.Text;

namespace Course.Data;

/// <summary>
/// Reads the parameter list of a documentation id, such as <c>System.Collections.Generic.IEnumerable{`0},System.Int32@</c>, and gives
/// each type a short name: <c>IEnumerable&lt;T&gt;</c>, <c>ref int</c>.
/// </summary>
internal sealed class TypeReferences(
    string text, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodTypeParameters, Func<string, string> typeName)
{
    private const int MaxDepth = 32;
    private const string FunctionPointer = "delegate* unmanaged";

    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.SByte"] = "sbyte",
        ["System.Char"] = "char",
        ["System.Decimal"] = "decimal",
        ["System.Double"] = "double",
        ["System.Single"] = "float",
        ["System.Int32"] = "int",
        ["System.UInt32"] = "uint",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort",
        ["System.Object"] = "object",
        ["System.String"] = "string",
        ["System.Void"] = "void",
        ["System.IntPtr"] = "nint",
        ["System.UIntPtr"] = "nuint",
    };

    private int position;

    /// <summary>The short names; what cannot be understood is kept as it stands.</summary>
    public IEnumerable<string> ParseList()
    {
        while (position < text.Length)
        {
            var start = position;
            var name = ParseType(0);
            if (name is null || (position < text.Length && text[position] != ','))
            {
                yield return text[start..];
                yield break;
            }

            yield return name;
            position++;
        }
    }

    private string? ParseType(int depth)
    {
        if (depth > MaxDepth)
        {
            return null;
        }

        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }

        var name = position < text.Length && text[position] == '`' ? ParseTypeParameter() : ParseNamedType(depth);
        while (name is not null && position < text.Length)
        {
            switch (text[position])
            {
                case '*':
                    name += "*";
                    position++;
                    break;
                case '@':
                    name = "ref " + name;
                    position++;
                    break;
                case '[' when text.IndexOf(']', position) is var close and > 0:
                    // [] or, with more dimensions, [0:,0:]
                    name += "[" + new string(',', text.AsSpan(position, close - position).Count(',')) + "]";
                    position = close + 1;
                    break;
                case '|' or '^':
                    // A modifier that C# does not show, such as the one that makes a reference read-only.
                    position++;
                    if (ParseType(depth + 1) is null)
                    {
                        return null;
                    }

                    break;
                default:
                    return name;
            }
        }

        return name;
    }

    /// <summary>`0 is the first type parameter of the type, ``0 of the method.</summary>
    private string ParseTypeParameter()
    {
        position++;
        var ofMethod = position < text.Length && text[position] == '`';
        position += ofMethod ? 1 : 0;
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            position++;
        }

        var names = ofMethod ? methodTypeParameters : typeParameters;
        return int.TryParse(text.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index < names.Count ? names[index] : string.Create(CultureInfo.InvariantCulture, $"T{index + 1}")
            : "T";
    }

    /// <summary>A qualified name whose parts may have type arguments in braces.</summary>
    private string? ParseNamedType(int depth)
    {
        var plain = new StringBuilder();     // System.Collections.Generic.Dictionary`2.KeyCollection
        List<string>? arguments = null;      // the arguments of all parts, in order
        if (text.AsSpan(position).StartsWith(FunctionPointer, StringComparison.Ordinal))
        {
            plain.Append(FunctionPointer);
            position += FunctionPointer.Length;
        }

        while (position < text.Length)
        {
            var c = text[position];
            if (c is ',' or '}' or ')' or '[' or '*' or '@' or '|' or '^')
            {
                break;
            }

            if (c != '{')
            {
                plain.Append(c);
                position++;
                continue;
            }

            arguments ??= [];
            var before = arguments.Count;
            do
            {
                position++;
                if (ParseType(depth + 1) is not { } argument)
                {
                    return null;
                }

                arguments.Add(argument);
            }
            while (position < text.Length && text[position] == ',');
            if (position >= text.Length || text[position] != '}')
            {
                return null;
            }

            position++;
            plain.Append(CultureInfo.InvariantCulture, $"`{arguments.Count - before}");
        }

        var fullName = plain.ToString();
        if (arguments is null)
        {
            return fullName.Length == 0 ? null : Keywords.TryGetValue(fullName, out var keyword) ? keyword : typeName(fullName);
        }

        return WithArguments(typeName(fullName), arguments);
    }

    /// <summary>Puts the arguments where the open type's name has its parameters: Dictionary&lt;TKey, TValue&gt;.KeyCollection.</summary>
    private static string WithArguments(string openName, List<string> arguments)
    {
        var closed = new StringBuilder();
        var next = 0;
        for (var i = 0; i < openName.Length; i++)
        {
            closed.Append(openName[i]);
            if (openName[i] != '<')
            {
                continue;
            }

            var close = openName.IndexOf('>', i);
            var count = openName.AsSpan(i, close - i).Count(',') + 1;
            closed.AppendJoin(", ", arguments.Skip(next).Take(count)).Append('>');
            next += count;
            i = close;
        }

        return closed.ToString();
    }
}
