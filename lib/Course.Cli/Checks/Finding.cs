namespace Course.Cli.Checks;

/// <summary>How much a finding matters.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>The course runs, but something could be better.</summary>
    Hint,

    /// <summary>The course does not run.</summary>
    Problem,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What: a word or two.</param>
/// <param name="Found">What is there.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Fix">What to do, when it is not as it should be.</param>
internal sealed record Finding(string Subject, string Found, Severity Severity = Severity.Good, string? Fix = null);
