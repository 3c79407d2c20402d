using System.Net;
using System.Text;
using Course.Notebooks.Scripting;
using Course.Notebooks.Scripting.Services;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Course.Notebooks.Publishing;

/// <summary>
/// C# with colours, as Roslyn's editor services see it. A cell is looked at alone, without the libraries it uses; names that are
/// unknown then are told apart by the place where they stand.
/// </summary>
internal sealed class CodeHighlighter : IDisposable
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Parse, SourceCodeKind.Script);

    private readonly AdhocWorkspace workspace = new(MefHostServices.DefaultHost);
    private readonly Project project;

    public CodeHighlighter()
    {
        var information = ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "book", "book", LanguageNames.CSharp, parseOptions: ParseOptions);
        project = workspace.AddProject(information);
    }

    /// <summary>The code as HTML, without an element around it.</summary>
    /// <param name="code">A cell, with its directives.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> ToHtmlAsync(string code, CancellationToken cancellation)
    {
        var text = CellParser.NormaliseLineEnds(code);
        var csharp = CellMask.Apply(text);
        var document = project.AddDocument("cell.csx", SourceText.From(csharp), filePath: "cell.csx");
        var root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        var spans = await Classifier.GetClassifiedSpansAsync(document, new TextSpan(0, csharp.Length), cancellation).ConfigureAwait(false);
        var classes = new string?[text.Length];
        foreach (var span in spans)
        {
            if (ClassOf(span, root) is { } name)
            {
                Array.Fill(classes, name, span.TextSpan.Start, span.TextSpan.Length);
            }
        }
        MarkDirectives(text, csharp, classes);
        return Write(text, classes);
    }

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    private static string? ClassOf(ClassifiedSpan span, SyntaxNode root) => span.ClassificationType switch
    {
        ClassificationTypeNames.Keyword or ClassificationTypeNames.ControlKeyword or ClassificationTypeNames.PreprocessorKeyword => "k",
        ClassificationTypeNames.StringLiteral or ClassificationTypeNames.VerbatimStringLiteral => "s",
        ClassificationTypeNames.StringEscapeCharacter => "e",
        ClassificationTypeNames.NumericLiteral => "n",
        ClassificationTypeNames.Comment or ClassificationTypeNames.ExcludedCode => "c",
        ClassificationTypeNames.ClassName or ClassificationTypeNames.RecordClassName or ClassificationTypeNames.StructName
            or ClassificationTypeNames.RecordStructName or ClassificationTypeNames.InterfaceName or ClassificationTypeNames.EnumName
            or ClassificationTypeNames.DelegateName or ClassificationTypeNames.TypeParameterName => "t",
        ClassificationTypeNames.MethodName or ClassificationTypeNames.ExtensionMethodName => "m",
        ClassificationTypeNames.Identifier => ByPlace(root.FindToken(span.TextSpan.Start)),
        _ when span.ClassificationType.StartsWith("xml doc comment", StringComparison.Ordinal) => "c",
        _ => null,
    };

    private static string? ByPlace(SyntaxToken token)
    {
        if (token.Parent is not SimpleNameSyntax name)
        {
            return null;
        }
        SyntaxNode place = name;
        while (place.Parent is QualifiedNameSyntax qualified && qualified.Right == place || place.Parent is NullableTypeSyntax or ArrayTypeSyntax)
        {
            place = place.Parent;
        }
        return place.Parent switch
        {
            InvocationExpressionSyntax call when call.Expression == place => "m",
            MemberAccessExpressionSyntax member when member.Name == place => member.Parent is InvocationExpressionSyntax call && call.Expression == member ? "m" : null,
            MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax } => "m",
            // A name before a dot that begins with a capital is a type nearly always: Math.Max, Plot.Lines.
            MemberAccessExpressionSyntax => char.IsUpper(token.Text[0]) ? "t" : null,
            VariableDeclarationSyntax or ForEachStatementSyntax or DeclarationExpressionSyntax when token.Text == "var" => "k",
            VariableDeclarationSyntax declaration when declaration.Type == place => "t",
            ForEachStatementSyntax loop when loop.Type == place => "t",
            ParameterSyntax or ObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or TypeArgumentListSyntax or BaseTypeSyntax
                or MethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax or TupleElementSyntax or CastExpressionSyntax
                or DeclarationExpressionSyntax or DeclarationPatternSyntax or RecursivePatternSyntax or TypeOfExpressionSyntax or CatchDeclarationSyntax
                or AttributeSyntax or DefaultExpressionSyntax or TypeConstraintSyntax or StackAllocArrayCreationExpressionSyntax => token.Text == "var" ? "k" : "t",
            BinaryExpressionSyntax binary when binary.Right == place && binary.OperatorToken.Kind() is SyntaxKind.IsKeyword or SyntaxKind.AsKeyword => "t",
            _ when name is GenericNameSyntax => "t",
            _ => null,
        };
    }

    private static void MarkDirectives(string text, string csharp, string?[] classes)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found : text.Length;
            if (text[start] == '#' && CellMask.Hides(text, csharp, start))
            {
                var name = start;
                while (name < end && !char.IsWhiteSpace(text[name]))
                {
                    name++;
                }
                Array.Fill(classes, "k", start, name - start);
                Array.Fill(classes, "s", name, end - name);
            }
            start = end + 1;
        }
    }

    private static string Write(string text, string?[] classes)
    {
        var html = new StringBuilder(text.Length * 2);
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (end < text.Length && classes[end] == classes[start])
            {
                end++;
            }
            var piece = WebUtility.HtmlEncode(text[start..end]);
            html.Append(classes[start] is { } name ? $"<span class=\"{name}\">{piece}</span>" : piece);
            start = end;
        }
        return html.ToString();
    }
}
