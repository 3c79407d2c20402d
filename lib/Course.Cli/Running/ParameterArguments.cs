using Course.Notebooks.Execution.Parameters;

namespace Course.Cli.Running;

/// <summary>
/// Parameters of a notebook on the command line. Papermill's form, <c>-p NAME VALUE</c>, has two arguments of which the second
/// may look like an option (<c>-p shift -1</c>); so it becomes one argument before the command line is taken apart.
/// </summary>
public static class ParameterArguments
{
    /// <summary>Turns each <c>-p NAME VALUE</c> into <c>--parameter=NAME=VALUE</c>; <c>-p NAME=VALUE</c> is understood, too.</summary>
    public static string[] Fold(IReadOnlyList<string> arguments)
    {
        var folded = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                folded.AddRange(arguments.Skip(i));
                break;
            }
            if (arguments[i] is not ("-p" or "--parameter") || i + 1 == arguments.Count)
            {
                folded.Add(arguments[i] == "-p" ? "--parameter" : arguments[i]);
                continue;
            }
            var name = arguments[++i];
            var isWhole = name.Contains('=', StringComparison.Ordinal) || i + 1 == arguments.Count;
            folded.Add("--parameter=" + (isWhole ? name : $"{name}={arguments[++i]}"));
        }
        return [.. folded];
    }

    /// <summary>Reads <c>NAME=VALUE</c>.</summary>
    public static NotebookParameter Parse(string argument)
    {
        var at = argument.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? throw new ArgumentException($"'{argument}' is not NAME=VALUE.", nameof(argument))
            : new NotebookParameter(argument[..at], argument[(at + 1)..]);
    }
}
