using System.Globalization;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Execution.Parameters;

/// <summary>
/// Parameters as C#. Where the notebook declares a variable as <c>float</c> or begins it with <c>1e-3f</c>, a value is written as
/// a <c>float</c>, too, so that the cells below still compile; text only ever becomes an escaped literal.
/// </summary>
/// <param name="declaration">The source of the cell that declares the parameters.</param>
internal sealed class CSharpParameters(string declaration) : IParameterLanguage
{
    private readonly Dictionary<string, string> types = ReadTypes(declaration);

    public string Comment => "// Parameters";

    public bool Declares(string name) => types.ContainsKey(name);

    public string Assign(NotebookParameter parameter)
    {
        var (name, value) = (parameter.Name, parameter.Value);
        if (!SyntaxFacts.IsValidIdentifier(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || name == "_")
        {
            throw new ParameterException($"'{name}' is no name of a variable in C#.");
        }
        if (!types.TryGetValue(name, out var type))
        {
            return value is null ? $"object {name} = null;" : $"var {name} = {Natural(parameter)};";
        }
        var bare = type.TrimEnd('?');
        if (value is null && (bare != type || bare is "string" or "object"))
        {
            return $"{type} {name} = null;";
        }
        return Literal(bare, parameter) is { } literal ? $"{type} {name} = {literal};"
            // A type that no literal is of: whether the value fits, the compiler knows.
            : $"{name} = {Natural(parameter)};";
    }

    private static string Natural(NotebookParameter parameter) => parameter.Value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        BigInteger whole when whole >= int.MinValue && whole <= int.MaxValue => Whole("int", parameter),
        BigInteger when Fits("long", parameter) => Whole("long", parameter),
        BigInteger => Whole("ulong", parameter),
        double real => Real("double", real),
        var text => SymbolDisplay.FormatLiteral((string)text, quote: true),
    };

    private static string? Literal(string type, NotebookParameter parameter) => (type, parameter.Value) switch
    {
        ("string", string text) => SymbolDisplay.FormatLiteral(text, quote: true),
        ("string", _) => SymbolDisplay.FormatLiteral(parameter.Text, quote: true),
        ("bool", bool truth) => truth ? "true" : "false",
        ("float" or "double", BigInteger whole) => Real(type, (double)whole),
        ("float" or "double", double real) => Real(type, real),
        ("decimal", BigInteger or double) => decimal.TryParse(parameter.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value.ToString(CultureInfo.InvariantCulture) + "m" : throw Misfit(parameter, type),
        ("int" or "long" or "uint" or "ulong" or "short" or "ushort" or "byte" or "sbyte", BigInteger) => Whole(type, parameter),
        ("bool" or "float" or "double" or "decimal" or "int" or "long" or "uint" or "ulong" or "short" or "ushort" or "byte" or "sbyte", _) =>
            throw Misfit(parameter, type),
        _ => null,
    };

    private static string Real(string type, double value)
    {
        var number = type == "float" ? (float)value : value;
        if (!double.IsFinite(number))
        {
            return $"{type}.{(double.IsNaN(number) ? "NaN" : number > 0 ? "PositiveInfinity" : "NegativeInfinity")}";
        }
        return type == "float" ? ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f"
            : value.ToString("R", CultureInfo.InvariantCulture) + "d";
    }

    private static string Whole(string type, NotebookParameter parameter) => Fits(type, parameter)
        ? ((BigInteger)parameter.Value!).ToString(CultureInfo.InvariantCulture) + (type switch { "long" => "L", "uint" => "u", "ulong" => "ul", _ => "" })
        : throw Misfit(parameter, type);

    private static bool Fits(string type, NotebookParameter parameter)
    {
        var (low, high) = type switch
        {
            "int" => ((BigInteger)int.MinValue, (BigInteger)int.MaxValue),
            "uint" => (uint.MinValue, uint.MaxValue),
            "long" => (long.MinValue, long.MaxValue),
            "ulong" => (ulong.MinValue, ulong.MaxValue),
            "short" => (short.MinValue, short.MaxValue),
            "ushort" => (ushort.MinValue, ushort.MaxValue),
            "byte" => (byte.MinValue, byte.MaxValue),
            _ => (sbyte.MinValue, sbyte.MaxValue),
        };
        return parameter.Value is BigInteger whole && whole >= low && whole <= high;
    }

    private static ParameterException Misfit(NotebookParameter parameter, string type) =>
        new($"The parameter '{parameter.Name}' is a {type}; '{parameter.Text}' is none.");

    /// <summary>The variables of a cell and their types: as declared, or of <c>var</c> the type of its literal, else empty.</summary>
    private static Dictionary<string, string> ReadTypes(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview, kind: SourceCodeKind.Script)).GetRoot();
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in root.ChildNodes())
        {
            var variables = node switch
            {
                FieldDeclarationSyntax field => field.Declaration,
                GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax local } => local.Declaration,
                _ => null,
            };
            foreach (var variable in variables?.Variables ?? [])
            {
                types[variable.Identifier.ValueText] = variables!.Type.IsVar ? TypeOf(variable.Initializer?.Value) : variables.Type.ToString();
            }
        }
        return types;
    }

    private static string TypeOf(ExpressionSyntax? expression) => expression switch
    {
        PrefixUnaryExpressionSyntax { Operand: var operand } => TypeOf(operand),
        LiteralExpressionSyntax literal => literal.Token.Value switch
        {
            int => "int",
            uint => "uint",
            long => "long",
            ulong => "ulong",
            float => "float",
            double => "double",
            decimal => "decimal",
            bool => "bool",
            string => "string",
            _ => "",
        },
        _ => "",
    };
}
