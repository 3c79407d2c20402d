namespace Course.Notebooks.Scripting;

/// <summary>What a <see cref="CSharpSession"/> needs to know of its surroundings.</summary>
/// <param name="WorkingDirectory">
/// The notebook's folder: relative paths in directives (<c>#r</c>, <c>#load</c>, <c>#!import</c>) start here.
/// </param>
public sealed record CSharpSessionOptions(string WorkingDirectory)
{
    /// <summary>
    /// Answers <c>Console.ReadLine</c>, <c>Kernel.GetInputAsync</c> and <c>Kernel.GetPasswordAsync</c>. Without it they fail at
    /// once, so that a notebook executed with nobody watching never hangs.
    /// </summary>
    public Func<InputRequest, CancellationToken, Task<string>>? Input { get; init; }

    /// <summary>How many characters one cell may write to the console before the rest is left out.</summary>
    public int MaxStreamCharacters { get; init; } = 10_000_000;

    /// <summary>How many characters of displayed values one cell may send before the rest is left out.</summary>
    public int MaxDisplayCharacters { get; init; } = 100_000_000;

    /// <summary>How long interrupted code may take to stop before the session gives it up.</summary>
    public TimeSpan InterruptPatience { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A question that running code puts to the person in front of it.</summary>
/// <param name="Prompt">What to show beside the input box; may be empty.</param>
/// <param name="IsPassword">Whether the answer must not be shown while it is typed.</param>
public sealed record InputRequest(string Prompt, bool IsPassword);
