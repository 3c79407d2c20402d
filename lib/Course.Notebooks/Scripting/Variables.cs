using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting;

/// <summary>A variable of the session.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its declared type as C# writes it.</param>
/// <param name="Value">Its value now.</param>
internal sealed record Variable(string Name, string Type, object? Value);

/// <summary>Reads the variables of a <see cref="SubmissionChain"/>.</summary>
internal static class Variables
{
    /// <summary>The variables in alphabetical order; of those declared again, the newest.</summary>
    public static IEnumerable<Variable> Of(SubmissionChain chain)
    {
        var newest = new SortedDictionary<string, Variable>(StringComparer.Ordinal);
        foreach (var submission in chain.Submissions)
        {
            if (submission.Compilation.ScriptClass is not { } script || chain.StateOf(submission) is not { } state)
            {
                continue;
            }
            foreach (var field in script.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsImplicitlyDeclared))
            {
                var runtimeField = state.GetType().GetField(
                    field.MetadataName, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
                if (runtimeField is not null)
                {
                    var type = field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
                    newest[field.Name] = new Variable(field.Name, type, runtimeField.GetValue(state));
                }
            }
        }
        return newest.Values;
    }
}
