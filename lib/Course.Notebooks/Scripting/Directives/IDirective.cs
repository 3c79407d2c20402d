using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary>A word that, in column 1, gives the rest of its line or cell a special meaning.</summary>
internal interface IDirective
{
    /// <summary>How it is written; the first is the usual spelling.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>One line of help.</summary>
    string Help { get; }
}

/// <summary>A directive that does something at its place in the cell.</summary>
internal interface IActionDirective : IDirective
{
    /// <summary>Carries it out.</summary>
    /// <exception cref="DirectiveException">It cannot be carried out.</exception>
    Task RunAsync(DirectivePart part, DirectiveScope scope);
}

/// <summary>A directive that turns the lines below it into something shown.</summary>
internal interface ITextDirective : IDirective
{
    /// <summary>What to show for the lines.</summary>
    MimeBundle Render(string text);
}

/// <summary>A directive known from elsewhere that has no meaning here.</summary>
internal interface IRefusedDirective : IDirective
{
    /// <summary>Why, and what to do instead.</summary>
    string Reason { get; }
}
