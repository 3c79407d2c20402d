namespace Course.Alignment.Judgement;

/// <summary>
/// How far annotators agree beyond what chance would give. 1 is perfect agreement, 0 is what guessing with the same habits gives; a
/// reward model cannot agree with people more than they agree with each other.
/// </summary>
public static class Agreement
{
    /// <summary>The share of items on which two annotators gave the same label.</summary>
    /// <param name="first">The labels of one.</param>
    /// <param name="second">Those of the other, for the same items.</param>
    /// <exception cref="ArgumentException">There are no labels, or not equally many.</exception>
    public static double Observed(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Check(first, second);
        return first.Zip(second).Count(pair => pair.First == pair.Second) / (double)first.Count;
    }

    /// <summary>
    /// Cohen's κ = (p_o − p_e)/(1 − p_e) for two annotators, p_e being the agreement of two who label at random with these
    /// frequencies (Cohen 1960).
    /// </summary>
    /// <param name="first">The labels of one.</param>
    /// <param name="second">Those of the other, for the same items.</param>
    /// <returns>NaN when both gave one and the same label to everything: there is nothing to agree on.</returns>
    /// <exception cref="ArgumentException">There are no labels, or not equally many.</exception>
    public static double CohenKappa(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        var observed = Observed(first, second);
        var n = (double)first.Count;
        var expected = first.Union(second).Sum(label => first.Count(l => l == label) / n * (second.Count(l => l == label) / n));
        return expected == 1 ? double.NaN : (observed - expected) / (1 - expected);
    }

    /// <summary>Fleiss' κ for items that are each labelled by equally many annotators, perhaps different ones (Fleiss 1971).</summary>
    /// <param name="ratings">For each item the labels it got: the same number, at least 2, for all.</param>
    /// <returns>NaN when everything got one and the same label.</returns>
    /// <exception cref="ArgumentException">There are no items, or not equally many labels.</exception>
    public static double FleissKappa(IReadOnlyList<IReadOnlyList<int>> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        if (ratings.Count == 0 || ratings[0].Count < 2 || ratings.Any(labels => labels.Count != ratings[0].Count))
        {
            throw new ArgumentException("Every item needs the same number of labels, at least 2.", nameof(ratings));
        }

        double raters = ratings[0].Count;
        // Of all pairs of annotators of an item, how many agree.
        var observed = ratings.Average(labels => labels.CountBy(label => label).Sum(c => c.Value * (c.Value - 1.0)) / (raters * (raters - 1)));
        var total = ratings.Count * raters;
        var expected = ratings.SelectMany(labels => labels).CountBy(label => label).Sum(c => Math.Pow(c.Value / total, 2));
        return expected == 1 ? double.NaN : (observed - expected) / (1 - expected);
    }

    /// <summary>
    /// Krippendorff's α = 1 − D_o/D_e for labels without order, any number of annotators and missing labels (Krippendorff 2004,
    /// chapter 11).
    /// </summary>
    /// <param name="ratings">For each item the labels it got; items with fewer than 2 say nothing.</param>
    /// <returns>NaN when no item has two labels or there is only one label.</returns>
    public static double KrippendorffAlpha(IReadOnlyList<IReadOnlyList<int>> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        var pairable = ratings.Where(labels => labels.Count >= 2).ToList();
        var total = pairable.Sum(labels => (double)labels.Count);
        // Disagreeing ordered pairs within items, each item weighing as many labels as it has.
        var observed = pairable.Sum(labels =>
            ((labels.Count * (double)labels.Count) - labels.CountBy(label => label).Sum(c => (double)c.Value * c.Value)) / (labels.Count - 1)) / total;
        var counts = pairable.SelectMany(labels => labels).CountBy(label => label).Select(c => (double)c.Value).ToList();
        var expected = ((total * total) - counts.Sum(c => c * c)) / (total * (total - 1));
        return pairable.Count == 0 || expected == 0 ? double.NaN : 1 - (observed / expected);
    }

    /// <summary>
    /// The labels of two annotators for the pairs that both have judged, whichever way round the texts stood: for
    /// <see cref="CohenKappa"/>.
    /// </summary>
    /// <param name="preferences">Judgements of any annotators.</param>
    /// <param name="first">The name of one.</param>
    /// <param name="second">The name of the other.</param>
    public static (int[] First, int[] Second) InCommon(IEnumerable<Preference> preferences, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        var byAnnotator = preferences.Select(Ordered).GroupBy(p => p.Annotator).ToDictionary(
            group => group.Key, group => group.GroupBy(p => p.Pair).ToDictionary(same => same.Key, same => (int)same.Last().Choice));
        var (one, other) = (byAnnotator.GetValueOrDefault(first) ?? [], byAnnotator.GetValueOrDefault(second) ?? []);
        var pairs = one.Keys.Where(other.ContainsKey).ToList();
        return ([.. pairs.Select(pair => one[pair])], [.. pairs.Select(pair => other[pair])]);
    }

    private static Preference Ordered(Preference preference)
    {
        var pair = preference.Pair;
        return string.CompareOrdinal(pair.First, pair.Second) <= 0 ? preference : preference with
        {
            Pair = new TextPair(pair.Prompt, pair.Second, pair.First),
            Choice = preference.Choice switch { Choice.First => Choice.Second, Choice.Second => Choice.First, _ => Choice.Tie },
        };
    }

    private static void Check(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException($"There are {first.Count} and {second.Count} labels: both annotators must label the same items.", nameof(second));
        }
    }
}
