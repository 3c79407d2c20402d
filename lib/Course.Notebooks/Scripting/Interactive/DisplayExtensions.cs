using Course.Notebooks.Scripting;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.Formatting.TabularData;

namespace System;

/// <summary><c>value.Display()</c>, in the namespace and with the signatures .NET Interactive gives it.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The representations to send; none: those preferred for the value's type.</param>
    /// <returns>A handle that can replace what is shown.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) =>
        Show(value, FormattedValue.CreateManyFromObject(value, mimeTypes), mimeTypes ?? []);

    /// <summary>Shows a text that is already in the given representation.</summary>
    /// <param name="value">The content.</param>
    /// <param name="mimeType">What the content is, for example <c>text/html</c>.</param>
    /// <returns>A handle that can replace what is shown.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType) =>
        Show(value, [new FormattedValue(mimeType, value)], [mimeType], isContent: true);

    /// <summary>Shows a sequence as a table, one row per item and one column per property.</summary>
    /// <param name="value">The sequence.</param>
    /// <param name="mimeTypes">The representations to send; none: those preferred for tables.</param>
    /// <returns>A handle that can replace what is shown.</returns>
    public static DisplayedValue DisplayTable<T>(this IEnumerable<T>? value, params string[] mimeTypes) =>
        value is null ? value.Display(mimeTypes) : value.ToTabularDataResource().Display(mimeTypes);

    private static DisplayedValue Show(
        object? value, IReadOnlyList<FormattedValue> formatted, string[] requested, bool isContent = false)
    {
        var displayed = new DisplayedValue(value, formatted) { RequestedMimeTypes = requested, IsContent = isContent };
        CellContext.Required.Output.Display(ValueRenderer.ToBundle(isContent ? null : value, formatted), displayed.DisplayId);
        return displayed;
    }
}
