namespace Course.Notebooks.Scripting.Directives;

/// <summary>All directives there are.</summary>
internal static class DirectiveTable
{
    /// <summary>One entry each, in the order <c>#!lsmagic</c> shows them.</summary>
    public static IReadOnlyList<IDirective> All { get; } =
    [
        new ReferenceDirective(),
        new PackageSourceDirective(),
        new LoadDirective(),
        new ImportDirective(),
        new TimeDirective(),
        new OptimizeDirective(),
        new CSharpDirective(),
        new MarkdownDirective(),
        new HtmlDirective(),
        new JavaScriptDirective(),
        new MermaidDirective(),
        new WhoDirective(),
        new WhosDirective(),
        new ListDirective(),
        new HelpDirective(),
        new AboutDirective(),
        new SharingDirective(),
    ];

    private static readonly Dictionary<string, IDirective> ByName = All
        .SelectMany(directive => directive.Names, (directive, name) => (directive, name))
        .ToDictionary(entry => entry.name, entry => entry.directive, StringComparer.Ordinal);

    /// <summary>The directives below which the text is not C#.</summary>
    public static IReadOnlySet<string> TextNames { get; } = NamesOf<ITextDirective>();

    /// <summary>The directives that return to C#.</summary>
    public static IReadOnlySet<string> CSharpNames { get; } = NamesOf<CSharpDirective>();

    /// <summary>Refuses a part whose directive is unknown or has no meaning here, before anything of the cell runs.</summary>
    /// <exception cref="DirectiveException">The directive cannot be used.</exception>
    public static void Check(CellPart part)
    {
        if (part is not DirectivePart { Name: var name })
        {
            return;
        }
        if (!ByName.TryGetValue(name, out var directive))
        {
            throw new DirectiveException($"there is no directive {name}. #!lsmagic lists those there are.");
        }
        if (directive is IRefusedDirective refused)
        {
            throw new DirectiveException($"{name}: {refused.Reason}");
        }
    }

    /// <summary>The directive that acts under a name.</summary>
    public static IActionDirective Action(string name) => (IActionDirective)ByName[name];

    /// <summary>The directive that renders text under a name.</summary>
    public static ITextDirective Text(string name) => (ITextDirective)ByName[name];

    private static HashSet<string> NamesOf<TDirective>() =>
        [.. All.Where(directive => directive is TDirective).SelectMany(directive => directive.Names)];
}
