using System.Globalization;

namespace Course.Data;

/// <summary>
/// Reads tables of numbers with commas between them, and nothing else: no quotes, no empty fields, every row as long as the first. An
/// error names the line and the column.
/// </summary>
public static class CsvNumbers
{
    private const int MaxColumns = 100_000;

    /// <summary>Reads all rows.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">What error messages call it, such as the file's name.</param>
    /// <param name="headerLines">How many lines to skip at the beginning.</param>
    /// <returns>The rows, all of one length.</returns>
    /// <exception cref="InvalidDataException">A field is not a finite number, a row is too short or too long, or there is no row.</exception>
    public static IReadOnlyList<float[]> Read(TextReader reader, string source, int headerLines = 0)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfNegative(headerLines);
        var rows = new List<float[]>();
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (line > headerLines)
            {
                rows.Add(ReadRow(text, rows.Count > 0 ? rows[0].Length : null, source, line));
            }
        }

        return rows.Count > 0 ? rows : throw new InvalidDataException($"{source} has no rows.");
    }

    private static float[] ReadRow(string text, int? columns, string source, int line)
    {
        var count = text.AsSpan().Count(',') + 1;
        if (columns is { } expected && count != expected)
        {
            throw new InvalidDataException($"{source}, line {line}: {count} columns, but the first row has {expected}.");
        }

        if (count > MaxColumns)
        {
            throw new InvalidDataException($"{source}, line {line}: {count} columns are more than this reader allows ({MaxColumns}).");
        }

        var row = new float[count];
        var column = 0;
        foreach (var field in text.AsSpan().Split(','))
        {
            if (!float.TryParse(text.AsSpan(field).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
            {
                throw new InvalidDataException($"{source}, line {line}, column {column + 1}: '{Shown(text.AsSpan(field))}' is not a finite number.");
            }

            row[column++] = value;
        }

        return row;
    }

    private static string Shown(ReadOnlySpan<char> field) => field.Length <= 40 ? field.ToString() : $"{field[..40]}…";
}
