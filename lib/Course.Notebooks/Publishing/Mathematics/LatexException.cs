namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>A formula that cannot be converted; the message says what and where.</summary>
/// <param name="message">What is wrong, in words.</param>
/// <param name="position">Where in the formula, counted in characters from 0.</param>
public sealed class LatexException(string message, int position) : FormatException(message)
{
    /// <summary>Where in the formula, counted in characters from 0.</summary>
    public int Position { get; } = position;
}
