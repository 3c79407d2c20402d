using System.Globalization;
using Course.Alignment.Chain;
using Spectre.Console;

namespace Course.Cli.Assistants;

/// <summary>
/// Shows how a chain goes on: in a terminal one moving line below a line per finished stage; where the output goes to a file, a line
/// for every tenth of a stage.
/// </summary>
internal static class ChainDisplay
{
    /// <summary>Runs a chain with a display that fits the console.</summary>
    public static async Task<IReadOnlyList<StageReport>> ShowAsync(Func<Action<ChainProgress>, IReadOnlyList<StageReport>> run)
    {
        var console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
        {
            var last = (Number: 0, Tenth: -1);
            return await Task.Run(() => run(news =>
            {
                var now = (news.Number, (int)(news.Share * 10));
                if (now != last)
                {
                    last = now;
                    Console.WriteLine(news);
                }
            }));
        }

        return await console.Status().StartAsync("starting", context => Task.Run(() => run(news =>
        {
            context.Status(string.Create(
                CultureInfo.InvariantCulture,
                $"[[{news.Number}/{news.Count}]] [bold]{Markup.Escape(news.Stage)}[/]  {news.Share:P0}  [grey]{Markup.Escape(news.Detail)}[/]"));
            if (news.Share >= 1 && news.Detail.Length == 0)
            {
                console.MarkupLine($"[green]done[/]  {Markup.Escape(news.Stage)}");
            }
        })));
    }
}
