using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Execution.Parameters;

/// <summary>
/// A value for a variable of a notebook, given from outside as papermill does (papermill.readthedocs.io, "Parameterize"):
/// it is set in a cell below the one tagged <c>parameters</c>, which declares the variables and their usual values.
/// </summary>
/// <param name="Name">The variable.</param>
/// <param name="Text">The value as it was given.</param>
public sealed partial record NotebookParameter(string Name, string Text)
{
    /// <summary>
    /// The value: <see langword="null"/> (<c>null</c>, <c>None</c>), <see cref="bool"/>, <see cref="BigInteger"/>,
    /// <see cref="double"/> or <see cref="string"/>. In double quotes (a JSON string) anything is a string.
    /// </summary>
    public object? Value => Text switch
    {
        "null" or "None" => null,
        "true" or "True" => true,
        "false" or "False" => false,
        "NaN" or "nan" => double.NaN,
        "Infinity" or "inf" => double.PositiveInfinity,
        "-Infinity" or "-inf" => double.NegativeInfinity,
        _ when Integer().IsMatch(Text) => BigInteger.Parse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        _ when Real().IsMatch(Text) => double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture),
        ['"', .., '"'] => Unquote(Text),
        _ => Text,
    };

    private static string Unquote(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(text)!;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    // At most 1,000 digits: reading more takes long and nobody means them as a number.
    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]{0,999})\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"\A[-+]?([0-9]{1,999}\.[0-9]{0,999}|\.[0-9]{1,999}|[0-9]{1,999}(?=[eE]))([eE][-+]?[0-9]{1,9})?\z")]
    private static partial Regex Real();
}

/// <summary>A parameter cannot be set; the message says which and why.</summary>
/// <param name="message">What is wrong and what would be right.</param>
public sealed class ParameterException(string message) : Exception(message);
