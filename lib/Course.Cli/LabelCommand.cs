using System.CommandLine;
using System.Globalization;
using Course.Alignment.Chain;
using Course.Alignment.Judgement;

namespace Course.Cli;

/// <summary><c>course label</c>: shows pairs of texts and keeps who preferred which.</summary>
internal static class LabelCommand
{
    private static readonly Argument<string> Pairs = new("pairs")
    {
        Description = "JSON lines with prompt, first and second; or a folder that course chatgpt has made.",
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The file of judgements; an earlier session in it is continued.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Annotator = new("--annotator")
    {
        Description = "Who judges.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.UserName,
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("label", "Judge pairs of texts; stop and go on whenever you like.") { Pairs, Out, Annotator };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (path, file, annotator) = (arguments.GetValue(Pairs)!, arguments.GetValue(Out)!, arguments.GetValue(Annotator)!);
        try
        {
            var pairs = Directory.Exists(path) ? new ChainFolder(path).PreferencesFile : path;
            if (Path.GetFullPath(pairs) == Path.GetFullPath(file))
            {
                Console.Error.WriteLine("Judgements go into a file of their own: --out names the file of the pairs.");
                return ExitCodes.BadArguments;
            }

            var session = new LabellingSession(TextPairFile.Read(pairs), file, annotator);
            var made = new LabellingDialogue(session).Run();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made} judgements, {session.Total - session.Done} pairs left. Judgements: {file}"));
            Compare(pairs, file, annotator);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.BadArguments;
        }
    }

    /// <summary>If the pairs were judged by others before: how far the annotator agrees with them.</summary>
    private static void Compare(string pairs, string file, string annotator)
    {
        IReadOnlyList<Preference> others;
        try
        {
            others = PreferenceFile.Read(pairs);
        }
        catch (InvalidDataException)
        {
            return; // pairs without judgements
        }

        var own = File.Exists(file) ? PreferenceFile.Read(file) : [];
        foreach (var name in others.Select(other => other.Annotator).Distinct().Where(name => name != annotator))
        {
            var (first, second) = Agreement.InCommon([.. others, .. own], annotator, name);
            if (first.Length > 0)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"You agree with {name} on {Agreement.Observed(first, second):P0} of {first.Length} pairs (Cohen's kappa {Agreement.CohenKappa(first, second):F2})."));
            }
        }
    }
}
