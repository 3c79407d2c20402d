namespace Course.Notebooks.Scripting;

/// <summary>What a <see cref="CSharpSession"/> needs to know of its surroundings.</summary>
/// <param name="WorkingDirectory">
/// The notebook's folder: relative paths in directives (<c>#r</c>, <c>#load</c>, <c>#!import</c>) start here.
/// </param>
public sealed record CSharpSessionOptions(string WorkingDirectory)
{
    /// <summary>How many characters one cell may write to the console before the rest is left out.</summary>
    public int MaxStreamCharacters { get; init; } = 10_000_000;

    /// <summary>How many characters of displayed values one cell may send before the rest is left out.</summary>
    public int MaxDisplayCharacters { get; init; } = 100_000_000;

    /// <summary>How long interrupted code may take to stop before the session gives it up.</summary>
    public TimeSpan InterruptPatience { get; init; } = TimeSpan.FromSeconds(5);
}
