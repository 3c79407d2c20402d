namespace Course.Notebooks.Scripting;

/// <summary>What a <see cref="CSharpSession"/> needs to know of its surroundings.</summary>
/// <param name="WorkingDirectory">
/// The notebook's folder: relative paths in directives (<c>#r</c>, <c>#load</c>, <c>#!import</c>) start here.
/// </param>
public sealed record CSharpSessionOptions(string WorkingDirectory)
{
    /// <summary>
    /// The environment variable that names the notebook's folder to a kernel whose process works in another one. A grader sets
    /// it: a submission runs in an empty folder, and the author's paths in directives hold all the same.
    /// </summary>
    public const string FolderVariable = "COURSE_NOTEBOOK_FOLDER";

    /// <summary>How many characters one cell may write to the console before the rest is left out.</summary>
    public int MaxStreamCharacters { get; init; } = 10_000_000;

    /// <summary>How many characters of displayed values one cell may send before the rest is left out.</summary>
    public int MaxDisplayCharacters { get; init; } = 100_000_000;

    /// <summary>How long interrupted code may take to stop before the session gives it up.</summary>
    public TimeSpan InterruptPatience { get; init; } = TimeSpan.FromSeconds(5);
}
