namespace Course.Classic;

/// <summary>
/// Classifies texts by counting words: how often does each word occur in each class? The evidence of the words is added up as if they
/// were independent of each other, which is naive (Maron, "Automatic indexing: an experimental inquiry", 1961; McCallum and Nigam,
/// "A comparison of event models for naive Bayes text classification", 1998, the multinomial model).
/// </summary>
public sealed class NaiveBayes
{
    private readonly double[] logPriors;
    private readonly Dictionary<string, double[]> logChances;

    private NaiveBayes(double[] logPriors, Dictionary<string, double[]> logChances) =>
        (this.logPriors, this.logChances) = (logPriors, logChances);

    /// <summary>How many different words were seen.</summary>
    public int Vocabulary => logChances.Count;

    /// <summary>How many classes there are.</summary>
    public int Classes => logPriors.Length;

    /// <summary>Counts.</summary>
    /// <param name="texts">The words of each text, with its class from 0; each occurrence of a word counts.</param>
    /// <param name="classes">How many classes there are, at least 2; each needs a text.</param>
    /// <param name="smoothing">What every word is counted extra in every class, above 0, so that no chance is zero (Laplace: 1).</param>
    /// <exception cref="ArgumentException">A class without a text, or a label that is no class.</exception>
    public static NaiveBayes Train(IEnumerable<(IEnumerable<string> Words, int Label)> texts, int classes = 2, double smoothing = 1)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (!(smoothing > 0 && double.IsFinite(smoothing)))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Without smoothing, one unseen word would forbid a class.");
        }

        var textsPerClass = new double[classes];
        var wordsPerClass = new double[classes];
        var counts = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var (words, label) in texts)
        {
            if (label < 0 || label >= classes)
            {
                throw new ArgumentException($"A text has the class {label}, but classes run from 0 to {classes - 1}.", nameof(texts));
            }

            textsPerClass[label]++;
            foreach (var word in words)
            {
                (counts.TryGetValue(word, out var count) ? count : counts[word] = new double[classes])[label]++;
                wordsPerClass[label]++;
            }
        }

        var empty = Array.IndexOf(textsPerClass, 0);
        if (empty >= 0)
        {
            throw new ArgumentException($"There is no text of class {empty} to learn from.", nameof(texts));
        }

        var total = textsPerClass.Sum();
        return new NaiveBayes(
            [.. textsPerClass.Select(n => Math.Log(n / total))],
            counts.ToDictionary(
                pair => pair.Key,
                pair => pair.Value.Select((n, c) => Math.Log((n + smoothing) / (wordsPerClass[c] + (smoothing * counts.Count)))).ToArray(),
                StringComparer.Ordinal));
    }

    /// <summary>The logarithm of each class's chance times that of the words in it; words never seen say nothing.</summary>
    /// <returns>One number for each class; only their differences matter.</returns>
    public double[] Scores(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        double[] scores = [.. logPriors];
        foreach (var word in words)
        {
            if (logChances.TryGetValue(word, out var chances))
            {
                for (var c = 0; c < scores.Length; c++)
                {
                    scores[c] += chances[c];
                }
            }
        }

        return scores;
    }

    /// <summary>The class with the highest score; the first of equals.</summary>
    public int Predict(IEnumerable<string> words)
    {
        var scores = Scores(words);
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>How much one occurrence of a word speaks for class 1 and against class 0, in nats; 0 for a word never seen.</summary>
    public double Evidence(string word, int forClass = 1, int againstClass = 0) =>
        logChances.TryGetValue(word, out var chances) ? chances[forClass] - chances[againstClass] : 0;

    /// <summary>The words that were seen.</summary>
    public IEnumerable<string> Words => logChances.Keys;
}
