using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Grading;

/// <summary>
/// The checksum by which nbgrader sees that a released cell was changed: MD5 over the source, the cell's type and its flags as
/// Python writes them. It guards against accidents; against intent the grader puts locked cells back from the source.
/// </summary>
public static class CellChecksum
{
    /// <summary>The checksum of a cell, 32 hexadecimal digits.</summary>
    /// <param name="cell">The cell's text and type.</param>
    /// <param name="grade">Its metadata.</param>
    public static string Of(NotebookCell cell, GradeCell grade)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(grade);
        var text = new StringBuilder(cell.Source)
            .Append(cell.Kind.ToString().ToLowerInvariant())
            .Append(Python(grade.Grade)).Append(Python(grade.Solution)).Append(Python(grade.IsLocked))
            .Append(grade.Id);
        if (grade.Grade)
        {
            text.Append(Python(grade.Points ?? 0));
        }
#pragma warning disable CA5351 // The format asks for MD5; nothing here relies on its strength.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5351
    }

    /// <summary>A number as Python's <c>str(float(x))</c> writes it: shortest, and never without a decimal point or exponent.</summary>
    internal static string Python(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text;
    }

    private static string Python(bool value) => value ? "True" : "False";
}
