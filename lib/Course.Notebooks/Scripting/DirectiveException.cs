namespace Course.Notebooks.Scripting;

/// <summary>A directive (<c>#r</c>, <c>#!import</c>, ...) cannot be carried out; the message says why and what to do.</summary>
/// <param name="message">Why, and the fix.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class DirectiveException(string message, Exception? inner = null) : Exception(message, inner);
