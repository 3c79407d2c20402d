using Course.Data;

namespace Course.Alignment.Judgement;

/// <summary>
/// One person judging pairs of texts, one after the other, with a break whenever they like: every judgement is on the disk at once,
/// and a later session goes on where this one stopped. It knows nothing of screens and keys, so a notebook, a terminal and a test can
/// all drive it.
/// </summary>
/// <remarks>
/// Pairs come in an order of each annotator's own, and it is left to chance which text stands first: people favour the first one.
/// Two sessions of one annotator must not write to one file at the same time.
/// </remarks>
public sealed class LabellingSession
{
    private readonly string path;
    private readonly string annotator;
    private readonly long seed;
    private readonly TimeProvider clock;
    private readonly List<TextPair> open;
    private readonly List<(TextPair Pair, Preference? Preference)> past = [];

    /// <summary>Opens or continues a session.</summary>
    /// <param name="pairs">All pairs to be judged; those the annotator has judged already are not asked again.</param>
    /// <param name="path">The file of judgements, perhaps of many annotators.</param>
    /// <param name="annotator">Who judges.</param>
    /// <param name="seed">Another seed gives another order.</param>
    /// <param name="clock">Tells the time; that of the system when left out.</param>
    /// <exception cref="InvalidDataException">The file holds something that is no judgement.</exception>
    public LabellingSession(IEnumerable<TextPair> pairs, string path, string annotator, long seed = 0, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(annotator);
        (this.path, this.annotator, this.clock) = (path, annotator, clock ?? TimeProvider.System);
        this.seed = (long)SplitMix64.Hash(seed, annotator);
        CutOff = PreferenceFile.Repair(path);
        var all = pairs.Distinct().ToArray();
        var judged = File.Exists(path)
            ? PreferenceFile.Read(path).Where(preference => preference.Annotator == annotator).Select(preference => preference.Pair).ToHashSet()
            : [];
        Total = all.Length;
        SplitMix64.For(this.seed, 0).Shuffle<TextPair>(all);
        open = [.. all.Where(pair => !judged.Contains(pair))];
    }

    /// <summary>How many pairs there are in all.</summary>
    public int Total { get; }

    /// <summary>How many of them are judged or skipped.</summary>
    public int Done => Total - open.Count;

    /// <summary>A judgement that an earlier session was writing when it was cut off, and that was lost; usually <see langword="null"/>.</summary>
    public string? CutOff { get; }

    /// <summary>The pair to judge, in the order it is to be shown; <see langword="null"/> when all are done.</summary>
    public TextPair? Current => open.Count == 0 ? null : IsSwapped(open[0]) ? Swapped(open[0]) : open[0];

    /// <summary>Judges <see cref="Current"/> and goes on to the next.</summary>
    /// <param name="choice">Which text, as shown, is better.</param>
    /// <returns>The judgement as it was stored.</returns>
    /// <exception cref="InvalidOperationException">All pairs are done.</exception>
    public Preference Judge(Choice choice)
    {
        var pair = Next();
        var meant = choice == Choice.Tie || !IsSwapped(pair) ? choice : choice == Choice.First ? Choice.Second : Choice.First;
        var preference = new Preference(pair, meant, annotator, clock.GetUtcNow());
        PreferenceFile.Append(path, preference);
        past.Add((pair, preference));
        open.RemoveAt(0);
        return preference;
    }

    /// <summary>Leaves <see cref="Current"/> unjudged; a later session asks again.</summary>
    /// <exception cref="InvalidOperationException">All pairs are done.</exception>
    public void Skip()
    {
        past.Add((Next(), null));
        open.RemoveAt(0);
    }

    /// <summary>Takes back the last judgement or skip of this session; the pair comes again.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Undo()
    {
        if (past.Count == 0)
        {
            return false;
        }

        var (pair, preference) = past[^1];
        if (preference is not null)
        {
            var all = PreferenceFile.Read(path).ToList();
            all.RemoveAt(all.LastIndexOf(preference));
            PreferenceFile.Write(path, all);
        }

        past.RemoveAt(past.Count - 1);
        open.Insert(0, pair);
        return true;
    }

    private static TextPair Swapped(TextPair pair) => new(pair.Prompt, pair.Second, pair.First);

    private bool IsSwapped(TextPair pair) => SplitMix64.Hash(seed, $"{pair.Prompt}\0{pair.First}\0{pair.Second}") % 2 == 1;

    private TextPair Next() => open.Count > 0 ? open[0] : throw new InvalidOperationException("All pairs are judged.");
}
