using Course.Data;
using Course.Layers;
using Course.Models;
using Course.Training;
using TorchSharp;

namespace Course.Benchmarks.Reproduce;

/// <summary>
/// minGPT's demo: read six digits out of 0, 1 and 2, write them sorted. A quarter of the 729 possible inputs is never trained on.
/// </summary>
internal sealed class SortingExperiment : IExperiment
{
    private const int Length = 6;
    private const int Digits = 3;
    private const int BatchSize = 64;
    private const long Iterations = 2000;

    public string Name => "sorting";

    public string Description => "a Transformer of 3 layers, width 48 sorts six digits (minGPT).";

    public string? DataFile => null;

    public IReadOnlyList<Figure> Run(ExperimentSession session)
    {
        var inputs = Enumerable.Range(0, (int)Math.Pow(Digits, Length))
            .Select(number => Enumerable.Range(0, Length).Select(i => (long)(number / (int)Math.Pow(Digits, i) % Digits)).ToArray());
        // The split is the task's and not the seed's: every seed is tested on the same inputs.
        var split = inputs.ToLookup(input => SplitMix64.Hash(0, string.Concat(input)) % 4 == 0);
        var (test, train) = (split[true].ToList(), split[false].ToList());
        var config = new GptConfig
        {
            VocabularySize = Digits,
            BlockSize = (2 * Length) - 1,
            Layers = 3,
            Heads = 3,
            Width = 48,
            Dropout = 0.1,
            Bias = true,
            TieWeights = false,
            Activation = Activation.GeluTanh,
        };
        using var gpt = new Gpt(config, session.Seed);
        var task = new DelegateTask(gpt, batch => Loss(gpt, Draw(train, session.Seed, batch)), unitsPerBatch: BatchSize, unitName: "rows");
        session.Train("transformer", task, new TrainerOptions
        {
            Steps = session.Steps(Iterations),
            Schedule = LearningRateSchedule.Constant(5e-4),
            Optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.95, WeightDecay = 0.1 },
            Seed = session.Seed,
        });
        var (unseen, seen) = (ExactShare(gpt, test), ExactShare(gpt, train));
        return
        [
            new($"sorted exactly, share of {test.Count} inputs never seen", unseen, "1 (5,000 of 5,000 draws)", unseen == 1),
            new($"sorted exactly, share of {train.Count} inputs trained on", seen, "1 (5,000 of 5,000 draws)", seen == 1),
        ];
    }

    private static long[][] Draw(List<long[]> from, long seed, long batch)
    {
        var random = SplitMix64.For(seed, batch);
        var rows = new long[BatchSize][];
        for (var i = 0; i < BatchSize; i++)
        {
            rows[i] = random.Pick(from);
        }

        return rows;
    }

    private static torch.Tensor Loss(Gpt gpt, long[][] rows)
    {
        using var scope = torch.NewDisposeScope();
        var whole = rows.Select(row => (long[])[.. row, .. row.Order()]).ToList();
        // The answer is asked for from the last digit of the question on: the question itself cannot be guessed.
        var inputs = whole.SelectMany(row => row[..^1]).ToArray();
        var targets = whole.SelectMany(row => Enumerable.Repeat(TokenBatch.NoTarget, Length - 1).Concat(row[Length..])).ToArray();
        long[] shape = [rows.Length, gpt.BlockSize];
        return gpt.Loss(torch.tensor(inputs, shape, device: gpt.Device), torch.tensor(targets, shape, device: gpt.Device))
            .MoveToOuterDisposeScope();
    }

    private static double ExactShare(Gpt gpt, List<long[]> rows)
    {
        using var scope = torch.NewDisposeScope();
        using var evaluating = gpt.Evaluating();
        var text = torch.tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, Length], device: gpt.Device);
        var right = text.sort(1).Values;
        for (var i = 0; i < Length; i++)
        {
            text = torch.cat([text, gpt.NextLogits(text).argmax(-1, keepdim: true)], 1); // (rows, length + i + 1)
        }

        return text.narrow(1, Length, Length).eq(right).all(1).to(torch.float64).mean().ToDouble();
    }
}
