namespace Course.Notebooks.Scripting;

/// <summary>A stretch of a cell that is handled in one go; a cell's parts run in their order.</summary>
/// <param name="Line">The number, from 1, of the line it begins on.</param>
internal abstract record CellPart(int Line);

/// <summary>C# code.</summary>
/// <param name="Line">The number of its first line.</param>
/// <param name="Code">The code behind as many empty lines as stand before it in the cell, so that positions agree.</param>
internal sealed record CodePart(int Line, string Code) : CellPart(Line);

/// <summary>A directive.</summary>
/// <param name="Line">The number of its line.</param>
/// <param name="Name">What it begins with: <c>#r</c>, <c>#!import</c>.</param>
/// <param name="Argument">The rest of its line, without surrounding blanks.</param>
internal sealed record DirectivePart(int Line, string Name, string Argument) : CellPart(Line);

/// <summary>Text in another language, for example below <c>#!markdown</c>.</summary>
/// <param name="Line">The number of the line with the directive.</param>
/// <param name="Language">The directive, for example <c>#!markdown</c>.</param>
/// <param name="Text">The lines below it, to the next such directive or the end of the cell.</param>
internal sealed record TextPart(int Line, string Language, string Text) : CellPart(Line);
