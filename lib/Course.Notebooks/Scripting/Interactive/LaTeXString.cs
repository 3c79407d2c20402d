namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>LaTeX source that a front end typesets.</summary>
/// <param name="latexCode">The source.</param>
[TypeFormatterSource(typeof(LaTeXStringFormatterSource), PreferredMimeTypes = ["text/latex"])]
public class LaTeXString(string latexCode)
{
    /// <summary>Lets a text be used where LaTeX is expected.</summary>
    public static implicit operator LaTeXString(string source) => new(source);

    /// <summary>The source.</summary>
    public override string ToString() => latexCode;
}

/// <summary>Tells the formatting library how <see cref="LaTeXString"/> is shown.</summary>
internal sealed class LaTeXStringFormatterSource : ITypeFormatterSource
{
    /// <inheritdoc/>
    public IEnumerable<ITypeFormatter> CreateTypeFormatters() => [new LaTeXFormatter()];

    private sealed class LaTeXFormatter : ITypeFormatter<LaTeXString>
    {
        public string MimeType => "text/latex";

        public Type Type => typeof(LaTeXString);

        public bool Format(LaTeXString instance, FormatContext context) => Format((object)instance, context);

        public bool Format(object instance, FormatContext context)
        {
            context.Writer.Write(instance);
            return true;
        }
    }
}
