namespace Course.Notebooks.Kernels;

/// <summary>One text that can stand at a place in the code.</summary>
/// <param name="Text">What replaces the text between <see cref="CompletionReply.Start"/> and <see cref="CompletionReply.End"/>.</param>
/// <param name="Kind">
/// What it is, in one lower-case word as front ends show it: <c>method</c>, <c>property</c>, <c>field</c>, <c>event</c>,
/// <c>class</c>, <c>struct</c>, <c>interface</c>, <c>enum</c>, <c>delegate</c>, <c>namespace</c>, <c>local</c>, <c>parameter</c>,
/// <c>keyword</c>, <c>directive</c>, <c>file</c>, <c>text</c>, ...
/// </param>
/// <param name="Signature">How it is declared, where that is known: <c>double Math.Sqrt(double d)</c>.</param>
public sealed record CompletionMatch(string Text, string Kind, string? Signature);
