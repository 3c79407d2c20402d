using System.Text.Json;
using System.Text.Json.Serialization;

namespace Course.Notebooks.Execution;

/// <summary>Writes <c>TimedOut</c> as <c>timed_out</c>, as the other names of the report are written.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
