namespace Course.Alignment.Judgement;

/// <summary>
/// A labelling session as questions and answers in plain text: in a terminal and, as the kernel asks its user for lines, in a notebook
/// alike.
/// </summary>
/// <param name="session">What is judged; every judgement is stored at once.</param>
/// <param name="input">Where answers come from; the console when left out.</param>
/// <param name="output">Where questions go; the console when left out.</param>
public sealed class LabellingDialogue(LabellingSession session, TextReader? input = null, TextWriter? output = null)
{
    private const string Help = "1: the first is better   2: the second is better   =: no difference   s: skip   u: take back   q: stop";

    // The console is looked up when it is used: a notebook puts another one in its place for every cell.
    private TextReader Input => input ?? Console.In;

    private TextWriter Output => output ?? Console.Out;

    /// <summary>Asks until all pairs are judged, the user stops, or no more input comes.</summary>
    /// <returns>How many judgements were made, those taken back not counted.</returns>
    public int Run()
    {
        var judged = new Stack<bool>();
        if (session.CutOff is not null)
        {
            Output.WriteLine("The last judgement of an earlier session was only half written and is lost.");
        }

        Output.WriteLine(Help);
        while (session.Current is { } pair)
        {
            Show(pair);
            switch (Input.ReadLine()?.Trim().ToLowerInvariant())
            {
                case "1":
                    Judge(Choice.First);
                    break;
                case "2":
                    Judge(Choice.Second);
                    break;
                case "=":
                    Judge(Choice.Tie);
                    break;
                case "s":
                    session.Skip();
                    judged.Push(false);
                    break;
                case "u":
                    Output.WriteLine(session.Undo() ? "Taken back." : "There is nothing to take back in this session.");
                    judged.TryPop(out _);
                    break;
                case "q" or null:
                    return judged.Count(isJudgement => isJudgement);
                default:
                    Output.WriteLine(Help);
                    break;
            }
        }

        Output.WriteLine("All pairs are done.");
        return judged.Count(isJudgement => isJudgement);

        void Judge(Choice choice)
        {
            session.Judge(choice);
            judged.Push(true);
        }
    }

    private void Show(TextPair pair)
    {
        Output.WriteLine();
        Output.WriteLine(FormattableString.Invariant($"— {session.Done + 1} of {session.Total} — {pair.Prompt}"));
        Output.WriteLine();
        Output.WriteLine($"[1] {pair.First}");
        Output.WriteLine();
        Output.WriteLine($"[2] {pair.Second}");
        Output.WriteLine();
        Output.Write("1, 2, =, s, u or q? ");
        Output.Flush();
    }
}
