namespace Course.Notebooks.Kernels;

/// <summary>What is known about a piece of code.</summary>
/// <param name="Bundle">The same text as <c>text/plain</c>, <c>text/markdown</c> and <c>text/html</c>.</param>
public sealed record InspectionReply(MimeBundle Bundle);
