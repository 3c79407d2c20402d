namespace Course.Notebooks.Kernels;

/// <summary>A question that running code puts to the person in front of it.</summary>
/// <param name="Prompt">What to show beside the input box; may be empty.</param>
/// <param name="IsPassword">Whether the answer must not be shown while it is typed.</param>
public sealed record InputRequest(string Prompt, bool IsPassword);
