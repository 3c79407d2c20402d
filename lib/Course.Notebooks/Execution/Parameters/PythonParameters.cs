using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Execution.Parameters;

/// <summary>Parameters as Python; text only ever becomes an escaped literal.</summary>
/// <param name="declaration">The source of the cell that declares the parameters.</param>
internal sealed partial class PythonParameters(string declaration) : IParameterLanguage
{
    // docs.python.org, "Keywords" (hard ones only).
    private static readonly HashSet<string> Keywords = new(
        ("False None True and as assert async await break class continue def del elif else except finally for from global if "
        + "import in is lambda nonlocal not or pass raise return try while with yield").Split(' '), StringComparer.Ordinal);

    private readonly HashSet<string> declared =
        [.. Assignment().Matches(declaration).Select(match => match.Groups["name"].Value)];

    public string Comment => "# Parameters";

    public bool Declares(string name) => declared.Contains(name);

    public string Assign(NotebookParameter parameter) => Name().IsMatch(parameter.Name) && !Keywords.Contains(parameter.Name)
        ? $"{parameter.Name} = {Literal(parameter.Value)}"
        : throw new ParameterException($"'{parameter.Name}' is no name of a variable in Python.");

    private static string Literal(object? value) => value switch
    {
        null => "None",
        bool truth => truth ? "True" : "False",
        BigInteger whole => whole.ToString(CultureInfo.InvariantCulture),
        double.NaN => "float('nan')",
        double.PositiveInfinity => "float('inf')",
        double.NegativeInfinity => "float('-inf')",
        double real => real.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0",
        var text => Quote((string)text),
    };

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' or '\\' => quoted.Append('\\').Append((char)rune.Value),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                >= ' ' and < 127 => quoted.Append((char)rune.Value),
                <= 0xffff => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        }
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{Nd}_]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?<name>[\p{L}_][\p{L}\p{Nd}_]*)[ \t]*(:[^=\n]*)?=(?!=)", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
