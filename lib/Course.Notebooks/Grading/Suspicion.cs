using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Grading;

/// <summary>
/// Answers and tests run in one process, and code that sets its mind to it can reach everything there. So what an answer
/// rarely needs and a cheat does is shown to the instructor. It costs no points: there are good reasons for all of it.
/// </summary>
internal static class Suspicion
{
    /// <summary>How each sentence begins, so that it can be kept from students.</summary>
    public const string Opening = "Worth a look: ";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Exit"] = "ends its process",
        ["FailFast"] = "ends its process",
        ["Kill"] = "ends processes",
        ["Process"] = "starts programs",
        ["Reflection"] = "looks into other code by reflection",
        ["BindingFlags"] = "looks into other code by reflection",
        ["Assembly"] = "looks into other code by reflection",
        ["AppDomain"] = "looks into other code by reflection",
        ["DllImport"] = "calls native code",
        ["Marshal"] = "calls native code",
        ["Unsafe"] = "changes memory directly",
        ["SetOut"] = "replaces the console",
        ["SetError"] = "replaces the console",
        ["Formatter"] = "changes how values are shown",
        ["File"] = "opens files",
        ["Directory"] = "opens folders",
        ["FileStream"] = "opens files",
        ["StreamReader"] = "opens files",
        ["StreamWriter"] = "opens files",
        ["HttpClient"] = "uses the network",
        ["Socket"] = "uses the network",
        ["TcpClient"] = "uses the network",
    };

    /// <summary>A sentence for each thing worth a look that the assignment itself does not use.</summary>
    public static IEnumerable<string> In(IEnumerable<string> students, IEnumerable<string> author)
    {
        var usual = author.SelectMany(Identifiers).ToHashSet(StringComparer.Ordinal);
        return students.SelectMany(Identifiers).Distinct(StringComparer.Ordinal).Where(name => Names.ContainsKey(name) && !usual.Contains(name))
            .Select(name => $"{Opening}the code {Names[name]} ({name}).");
    }

    private static IEnumerable<string> Identifiers(string code) => CSharpSyntaxTree
        .ParseText(code, new CSharpParseOptions(LanguageVersion.Preview, kind: SourceCodeKind.Script)).GetCompilationUnitRoot()
        .DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText);
}
