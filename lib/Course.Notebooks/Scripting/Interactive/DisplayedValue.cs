using Course.Notebooks.Scripting;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>A value that is shown below a cell and can be replaced there.</summary>
public class DisplayedValue
{
    private readonly OrderedOutput? output;

    /// <summary>Makes a handle for a value shown in the running cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="formattedValues">The representations it is shown in.</param>
    public DisplayedValue(object? value, IReadOnlyList<FormattedValue> formattedValues)
    {
        Value = value;
        FormattedValues = formattedValues;
        output = CellContext.Current?.Output;
    }

    /// <summary>Identifies the place of the value among the outputs.</summary>
    public string DisplayId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The value last shown.</summary>
    public object? Value { get; private set; }

    /// <summary>The representations last shown.</summary>
    public IReadOnlyList<FormattedValue> FormattedValues { get; private set; }

    /// <summary>Whether <see cref="Update"/> has been called.</summary>
    public bool IsUpdated { get; private set; }

    /// <summary>Shows another value in the place of this one, in the same MIME types where the first asked for special ones.</summary>
    public void Update(object? updatedValue)
    {
        IsUpdated = true;
        Value = updatedValue;
        var content = IsContent ? updatedValue as string : null;
        FormattedValues = content is not null
            ? [new FormattedValue(RequestedMimeTypes[0], content)]
            : FormattedValue.CreateManyFromObject(updatedValue, [.. RequestedMimeTypes]);
        // A later cell may do the updating; the transport of that cell is the one that listens now.
        var listening = CellContext.Current?.Output ?? output
            ?? throw new InvalidOperationException("A value can be updated only from code that a notebook cell runs.");
        listening.UpdateDisplay(ValueRenderer.ToBundle(content is null ? updatedValue : null, FormattedValues), DisplayId);
    }

    /// <summary>The MIME types the first display asked for; empty: those each value's type prefers.</summary>
    internal IReadOnlyList<string> RequestedMimeTypes { get; init; } = [];

    /// <summary>Whether a text is the content itself (<c>DisplayAs</c>) rather than a value to be formatted.</summary>
    internal bool IsContent { get; init; }
}
