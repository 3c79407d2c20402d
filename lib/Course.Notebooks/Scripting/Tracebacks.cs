using System.Diagnostics;
using System.Reflection;
using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Turns exceptions and compiler errors into what a learner wants to read: the message, the lines of their own code, then the
/// library calls in between; nothing of the engine.
/// </summary>
internal sealed class Tracebacks
{
    /// <summary>How many inner exceptions are followed.</summary>
    private const int MaxDepth = 10;
    private const int MaxFrames = 60;

    /// <summary>Namespaces whose frames only say how exceptions travel through tasks.</summary>
    private static readonly string[] Plumbing =
    [
        "System.Runtime.CompilerServices.", "System.Runtime.ExceptionServices.", "System.Threading.Tasks.Task",
        "System.Threading.ExecutionContext", "System.Threading.ThreadPool", "System.RuntimeMethodHandle", "System.Reflection.Method",
        "System.Reflection.Runtime", "System.Threading.Thread.StartCallback",
    ];

    private readonly Dictionary<string, SourceDocument> documents = new(StringComparer.Ordinal);

    /// <summary>Makes a source known, so that stack frames in it can be shown with their line.</summary>
    public void Add(SourceDocument document) => documents[document.Path] = document;

    /// <summary>Describes an exception the code threw.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="current">The source that was being run.</param>
    public KernelError Describe(Exception exception, SourceDocument current)
    {
        exception = Unwrap(exception);
        var traceback = new List<string>();
        var line = Describe(exception, current, traceback, depth: 0);
        return new KernelError(exception.GetType().FullName ?? exception.GetType().Name, exception.Message, traceback, line);
    }

    /// <summary>Describes the errors the compiler found.</summary>
    public KernelError Describe(CompilationFailedException failure, SourceDocument current)
    {
        var errors = failure.Diagnostics.OrderBy(error => error.Location.SourceSpan.Start).ToArray();
        var first = Locate(errors[0], current).Message;
        var traceback = new List<string>();
        foreach (var error in errors.Take(MaxFrames))
        {
            var (message, source, column) = Locate(error, current);
            traceback.Add(message);
            if (source.Length > 0)
            {
                traceback.Add("    " + source);
                traceback.Add("    " + new string(' ', Math.Clamp(column, 0, source.Length)) + "^");
            }
        }
        var more = errors.Length > 1 ? $" (and {errors.Length - 1} more)" : "";
        int? line = errors[0].Location.IsInSource ? errors[0].Location.GetLineSpan().StartLinePosition.Line + 1 : null;
        return new KernelError("CompilationError", first + more, traceback, line);
    }

    /// <summary>Writes the lines for one exception and its causes.</summary>
    /// <returns>The line of the current source that it came from, where that is known.</returns>
    private int? Describe(Exception exception, SourceDocument current, List<string> traceback, int depth)
    {
        int? line = null;
        traceback.Add($"{exception.GetType().FullName}: {exception.Message}");
        var own = new List<string>();
        var library = new List<string>();
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames().Take(MaxFrames))
        {
            if (frame.GetFileName() is { } file && documents.TryGetValue(file, out var document))
            {
                var earlier = document != current && document.Name == current.Name ? "an earlier " : "";
                own.Add($"   in {earlier}{document.Describe(frame.GetFileLineNumber())}");
                line ??= document == current ? frame.GetFileLineNumber() : null;
            }
            else if (frame.GetMethod() is { } method && IsOfInterest(method))
            {
                library.Add("   at " + Signature(method));
            }
        }
        traceback.AddRange(own);
        traceback.AddRange(library);
        var inner = exception is AggregateException aggregate ? aggregate.InnerExceptions
            : exception.InnerException is { } cause ? [cause] : (IReadOnlyList<Exception>)[];
        foreach (var next in inner)
        {
            if (depth < MaxDepth)
            {
                traceback.Add("caused by");
                var causedAt = Describe(Unwrap(next), current, traceback, depth + 1);
                line ??= causedAt;
            }
        }
        return line;
    }

    /// <summary>Removes the wrappings that reflection, tasks and static constructors put around what really happened.</summary>
    private static Exception Unwrap(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        _ => exception,
    };

    private static bool IsOfInterest(MethodBase method)
    {
        if (method.DeclaringType is not { } type || type.Assembly == typeof(Tracebacks).Assembly)
        {
            return false;
        }
        var name = $"{type.FullName}.{method.Name}";
        return !Array.Exists(Plumbing, plumbing => name.StartsWith(plumbing, StringComparison.Ordinal))
            && !type.Assembly.GetName().Name!.StartsWith(SubmissionChain.AssemblyPrefix, StringComparison.Ordinal);
    }

    private static string Signature(MethodBase method)
    {
        var type = method.DeclaringType!;
        var name = method.Name;
        // The compiler moves an async method or iterator F into a class <F>d__0 with a method MoveNext.
        if (name == "MoveNext" && type.Name.StartsWith('<') && type.Name.IndexOf('>') is > 1 and var end && type.DeclaringType is { } outer)
        {
            return $"{outer.FullName}.{type.Name[1..end]}(...)";
        }
        var parameters = string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"));
        return $"{type.FullName ?? type.Name}.{name}({parameters})";
    }

    private static (string Message, string Source, int Column) Locate(Diagnostic error, SourceDocument current)
    {
        var message = $"error {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        if (!error.Location.IsInSource)
        {
            return ($"{current.Name}: {message}", "", 0);
        }
        var start = error.Location.GetLineSpan().StartLinePosition;
        var lines = error.Location.SourceTree!.GetText().Lines;
        var line = start.Line < lines.Count ? lines[start.Line].ToString() : "";
        var indentation = line.Length - line.TrimStart().Length;
        return ($"{current.Name} line {start.Line + 1}, column {start.Character + 1}: {message}",
            line.Trim(), start.Character - indentation);
    }
}
