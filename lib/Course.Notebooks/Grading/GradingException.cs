namespace Course.Notebooks.Grading;

/// <summary>An assignment that cannot be released or graded as it is. The message names every place and the fix.</summary>
/// <param name="problems">What is wrong, one sentence each.</param>
public sealed class GradingException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One problem.</summary>
    /// <param name="problem">The sentence.</param>
    public GradingException(string problem)
        : this([problem])
    {
    }

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
