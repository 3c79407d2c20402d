namespace Course.Notebooks.Kernels;

/// <summary>Whether code could be run as it stands.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Indent">What the next line should begin with when the code is <see cref="Completeness.Incomplete"/>; otherwise empty.</param>
public sealed record CompletenessReply(Completeness Status, string Indent);
