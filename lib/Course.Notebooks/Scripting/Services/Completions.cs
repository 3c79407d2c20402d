using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Recommendations;

namespace Course.Notebooks.Scripting.Services;

/// <summary>What can stand at a place in a cell: Roslyn's completion list, narrowed to what begins as the text there does.</summary>
internal static class Completions
{
    /// <summary>Above so many matches nobody reads signatures.</summary>
    private const int MaxSignatures = 60;

    /// <summary>Completes.</summary>
    /// <param name="document">The cell.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CompletionReply> FindAsync(Document document, int position, CancellationToken cancellationToken)
    {
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position, CompletionTrigger.Invoke, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (list.ItemsList.Count == 0)
        {
            return CompletionReply.Nothing(position);
        }
        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var typed = text.ToString(new(list.Span.Start, Math.Max(0, position - list.Span.Start)));
        var fitting = Narrow(list.ItemsList, typed);
        var signatures = fitting.Length <= MaxSignatures
            ? await SignaturesAsync(document, position, cancellationToken).ConfigureAwait(false)
            : null;
        var matches = fitting.Select(item => new CompletionMatch(
            TextOf(item), Kind(item), signatures?[item.DisplayText].Select(Signature).FirstOrDefault()));
        return new CompletionReply([.. matches.DistinctBy(match => match.Text)], list.Span.Start, Math.Max(position, list.Span.End));
    }

    /// <summary>
    /// Items that begin with the text, those in the same case first; only those, if it has a capital. Failing these, items whose
    /// capitals it names.
    /// </summary>
    private static CompletionItem[] Narrow(IReadOnlyList<CompletionItem> items, string typed)
    {
        // Items that change more than the word at the cursor (an override with its body, say) are edits, not names.
        var names = items.Where(item => !item.IsComplexTextEdit)
            .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .ThenByDescending(item => item.Rules.MatchPriority)
            .ThenBy(item => item.SortText, StringComparer.OrdinalIgnoreCase).ToArray();
        var sameCase = names.Where(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal)).ToArray();
        if (sameCase.Length > 0 && typed.Any(char.IsUpper))
        {
            return sameCase;
        }
        var anyCase = names.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ToArray();
        return anyCase.Length > 0 || typed.Length < 2 ? anyCase
            : [.. names.Where(item => Capitals(item.FilterText).StartsWith(typed, StringComparison.OrdinalIgnoreCase))];
    }

    private static string Capitals(string name) => string.Concat(name.Where((letter, index) => index == 0 || char.IsUpper(letter)));

    // Of `List<>` the text to insert is `List`; of `class` it is what is shown.
    private static string TextOf(CompletionItem item) =>
        item.Properties.TryGetValue("InsertionText", out var text) ? text : item.DisplayText;

    private static string Kind(CompletionItem item) =>
        item.Tags.FirstOrDefault(tag => tag is not ("Public" or "Private" or "Protected" or "Internal")) switch
        {
            null => "text",
            "ExtensionMethod" => "method",
            "Structure" => "struct",
            "EnumMember" => "field",
            "RangeVariable" => "local",
            "Keyword" => "keyword",
            var tag => tag.ToLowerInvariant(),
        };

    private static async Task<ILookup<string, ISymbol>> SignaturesAsync(
        Document document, int position, CancellationToken cancellationToken)
    {
        var symbols = await Recommender.GetRecommendedSymbolsAtPositionAsync(document, position, options: null, cancellationToken)
            .ConfigureAwait(false);
        return symbols.ToLookup(symbol => symbol.Name, StringComparer.Ordinal);
    }

    private static string Signature(ISymbol symbol) => Signatures.Of(symbol);
}
