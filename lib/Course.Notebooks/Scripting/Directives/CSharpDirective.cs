namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!csharp</c>: from here on C# again.</summary>
internal sealed class CSharpDirective : IDirective
{
    public IReadOnlyList<string> Names => ["#!csharp", "#!c#", "#!C#"];

    public string Help => "the lines below are C# (what a cell begins with anyway)";
}
