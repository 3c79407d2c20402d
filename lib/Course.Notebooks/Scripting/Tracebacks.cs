using System.Diagnostics;
using System.Globalization;
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
    private const string OwnLine = "   in ";

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

    /// <summary>Adds to an error the lines of code at which an exception stopped.</summary>
    public KernelError Locate(KernelError error, Exception exception, SourceDocument current)
    {
        var lines = new List<string>();
        var line = Describe(exception, current, lines, depth: 0);
        return error with { Traceback = [.. error.Traceback, .. lines.Where(IsOwnLine)], Line = line };
    }

    /// <summary>Describes the errors the compiler found.</summary>
    public KernelError Describe(CompilationFailedException failure, SourceDocument current)
    {
        var errors = failure.Diagnostics.OrderBy(error => error.Location.GetMappedLineSpan().StartLinePosition).ToArray();
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
        if (failure.Note is not null)
        {
            traceback.Add(failure.Note);
        }
        var place = errors[0].Location.GetMappedLineSpan();
        int? line = place.Path == current.Path ? place.StartLinePosition.Line + 1 : null;
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
                own.Add(OwnLine + (document with { Name = NameFrom(document, current) }).Describe(frame.GetFileLineNumber()));
                line ??= document == current ? frame.GetFileLineNumber() : null;
            }
            else if (frame.GetMethod() is { } method && IsOfInterest(method))
            {
                library.Add("   at " + Signature(method));
            }
        }
        traceback.AddRange(own);
        traceback.AddRange(library);
        if (exception is MissingFieldException && own.Count == 0)
        {
            traceback.Add("A type was declared again after a variable of it was set: run the cell that sets the variable again.");
        }
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

    private static bool IsOwnLine(string line) => line.StartsWith(OwnLine, StringComparison.Ordinal);

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

    private (string Message, string Source, int Column) Locate(Diagnostic error, SourceDocument current)
    {
        var message = $"error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
        var span = error.Location.GetMappedLineSpan();
        if (!error.Location.IsInSource || !documents.TryGetValue(span.Path, out var document))
        {
            return ($"{current.Name}: {message}", "", 0);
        }
        var (line, column) = (span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1);
        var source = document.Line(line);
        return (string.Create(CultureInfo.InvariantCulture, $"{NameFrom(document, current)} line {line}, column {column}: {message}"),
            source.Trim(), column - 1 - (source.Length - source.TrimStart().Length));
    }

    private static string NameFrom(SourceDocument document, SourceDocument current) =>
        document != current && document.Name == current.Name ? $"an earlier {document.Name}" : document.Name;
}
