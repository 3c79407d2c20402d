using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Training;
using TorchSharp;

namespace Course.Benchmarks.Reproduce;

/// <summary>
/// makemore's names: how well pairs of letters predict the next one at best, and how much better a small Transformer does. The weights
/// are chosen on 1,000 names and measured on 1,000 others; makemore chooses and measures on the same.
/// </summary>
internal sealed class NamesExperiment : IExperiment
{
    private const int End = 0; // stands before the first letter too
    private const int Kept = 1000;
    private const int BatchSize = 32;
    private const long Iterations = 20_000;
    private const double PublishedBigram = 2.4540;
    private const double TransformerLimit = 1.94;

    public string Name => "names";

    public string Description => "letters of names: the best bigram table, and a Transformer of 4 layers, width 64 (makemore).";

    public string? DataFile => "names.txt";

    public IReadOnlyList<Figure> Run(ExperimentSession session)
    {
        var names = session.ReadData().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length < 3 * Kept)
        {
            throw new InvalidDataException($"'{session.DataPath}' has {names.Length} lines; {3 * Kept} names are needed.");
        }

        var letters = names.SelectMany(name => name).Distinct().Order().ToList();
        var tokens = names.Select(name => name.Select(letter => letters.IndexOf(letter) + 1).ToArray()).ToList();
        var bigram = BigramLoss(tokens, letters.Count + 1);

        var order = new Permutation(tokens.Count, session.Seed, 0);
        var shuffled = Enumerable.Range(0, tokens.Count).Select(i => tokens[(int)order[i]]).ToList();
        var (test, validation, train) = (shuffled[..Kept], shuffled[Kept..(2 * Kept)], shuffled[(2 * Kept)..]);
        var config = new GptConfig
        {
            VocabularySize = letters.Count + 1,
            BlockSize = tokens.Max(name => name.Length) + 1,
            Layers = 4,
            Heads = 4,
            Width = 64,
            Bias = true,
            TieWeights = false,
            Activation = Activation.GeluTanh,
        };
        using var gpt = new Gpt(config, session.Seed);
        var task = new DelegateTask(
            gpt,
            batch =>
            {
                var random = SplitMix64.For(session.Seed, batch);
                var rows = new int[BatchSize][];
                for (var i = 0; i < BatchSize; i++)
                {
                    rows[i] = random.Pick(train);
                }

                return Loss(gpt, rows);
            },
            () => Evaluate(gpt, validation),
            BatchSize,
            "names");
        var steps = session.Steps(Iterations);
        session.Train("transformer", task, new TrainerOptions
        {
            Steps = steps,
            Schedule = LearningRateSchedule.Constant(5e-4),
            Optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0.01 },
            ClipNorm = null,
            EvaluateEvery = Math.Max(1, steps / 20),
            EarlyStopping = new EarlyStopping(Patience: 5),
            Seed = session.Seed,
        });
        Evaluation result;
        using (gpt.Evaluating())
        {
            result = Evaluate(gpt, test);
        }

        return
        [
            new("best bigram table, all names", bigram, $"{PublishedBigram:F4}", Math.Abs(bigram - PublishedBigram) < 5e-5),
            new($"Transformer, {Kept:N0} names kept apart", result.Loss, "about 1.92", result.Loss <= TransformerLimit),
        ];
    }

    /// <summary>The lowest loss a table of pairs can have: counting is the optimum, −Σ n(a,b) log (n(a,b)/n(a)) / Σ n.</summary>
    private static double BigramLoss(IEnumerable<int[]> names, int vocabulary)
    {
        var counts = new double[vocabulary, vocabulary];
        foreach (var name in names)
        {
            var before = End;
            foreach (var token in name.Append(End))
            {
                counts[before, token]++;
                before = token;
            }
        }

        var (loss, pairs) = (0.0, 0.0);
        for (var a = 0; a < vocabulary; a++)
        {
            var row = Enumerable.Range(0, vocabulary).Select(b => counts[a, b]).Where(count => count > 0).ToList();
            var total = row.Sum();
            loss -= row.Sum(count => count * Math.Log(count / total));
            pairs += total;
        }

        return loss / pairs;
    }

    private static torch.Tensor Loss(Gpt gpt, IReadOnlyList<int[]> names)
    {
        using var scope = torch.NewDisposeScope();
        var time = gpt.BlockSize;
        var inputs = new long[names.Count * time];                // End, then the letters
        var targets = new long[names.Count * time];               // the letters, then End
        Array.Fill(targets, TokenBatch.NoTarget);
        for (var row = 0; row < names.Count; row++)
        {
            var name = names[row];
            for (var i = 0; i <= name.Length; i++)
            {
                inputs[(row * time) + i] = i == 0 ? End : name[i - 1];
                targets[(row * time) + i] = i == name.Length ? End : name[i];
            }
        }

        long[] shape = [names.Count, time];
        return gpt.Loss(torch.tensor(inputs, shape, device: gpt.Device), torch.tensor(targets, shape, device: gpt.Device))
            .MoveToOuterDisposeScope();
    }

    private static Evaluation Evaluate(Gpt gpt, List<int[]> names)
    {
        using var scope = torch.NewDisposeScope();
        return new Evaluation(Loss(gpt, names).ToDouble());
    }
}
