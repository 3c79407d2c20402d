using Course.Data;
using Course.Models;
using Course.Training;
using TorchSharp;

namespace Course.Benchmarks.Reproduce;

/// <summary>
/// The copying memory problem (Arjovsky, Shah and Bengio 2016, section 4.1): ten symbols out of eight, 100 blanks, and then the ten
/// symbols again. Who remembers nothing can do no better than 10 ln 8/(T + 20); attention simply looks.
/// </summary>
internal sealed class CopyExperiment : IExperiment
{
    private const int Symbols = 8;
    private const int Blank = Symbols;
    private const int Go = Symbols + 1;
    private const int Length = 10;
    private const int Delay = 100;
    private const int Time = Delay + (2 * Length);
    private const int BatchSize = 16;
    private const int EvaluationRows = 500;
    private const long Iterations = 2000;

    public string Name => "copy";

    public string Description => "a Transformer of 2 layers, width 64 copies ten symbols over 100 blanks.";

    public string? DataFile => null;

    public IReadOnlyList<Figure> Run(ExperimentSession session)
    {
        var config = new GptConfig { VocabularySize = Symbols + 2, BlockSize = Time, Layers = 2, Heads = 4, Width = 64 };
        using var gpt = new Gpt(config, session.Seed);
        var task = new DelegateTask(
            gpt,
            batch =>
            {
                using var scope = torch.NewDisposeScope();
                var (inputs, targets) = Draw(session.Seed, batch, BatchSize, gpt.Device);
                return gpt.Loss(inputs, targets).MoveToOuterDisposeScope();
            },
            unitsPerBatch: BatchSize * Time,
            unitName: "tokens");
        session.Train("transformer", task, new TrainerOptions
        {
            Steps = session.Steps(Iterations),
            LearningRate = 1e-3,
            Seed = session.Seed,
        });
        var (loss, exact) = Measure(gpt, session.Seed);
        var memoryless = Length * Math.Log(Symbols) / Time;
        return
        [
            new("cross-entropy, 500 sequences kept apart", loss, FormattableString.Invariant($"{memoryless:F4} without any memory"), loss < memoryless / 100),
            new("copied exactly, share of the sequences", exact, "1 is a solution", exact == 1),
        ];
    }

    private static (double Loss, double Exact) Measure(Gpt gpt, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var evaluating = gpt.Evaluating();
        var (inputs, targets) = Draw(seed, batch: -1, EvaluationRows, gpt.Device);
        var logits = gpt.Logits(inputs);
        var right = logits.argmax(-1).eq(targets).narrow(1, Time - Length, Length).all(1);
        var loss = CrossEntropy.Mean(logits.flatten(0, 1), targets.flatten());
        return (loss.ToDouble(), right.to(torch.float64).mean().ToDouble());
    }

    // Inputs: symbols, blanks, one sign to start, blanks. Targets: blanks, and at the end the symbols. Negative batches are none of
    // the training's.
    private static (torch.Tensor Inputs, torch.Tensor Targets) Draw(long seed, long batch, int rows, torch.Device device)
    {
        var random = SplitMix64.For(seed, batch);
        var inputs = new long[rows * Time];
        var targets = new long[rows * Time];
        Array.Fill(inputs, Blank);
        Array.Fill(targets, Blank);
        for (var row = 0; row < rows; row++)
        {
            var start = row * Time;
            for (var i = 0; i < Length; i++)
            {
                inputs[start + i] = targets[start + Time - Length + i] = random.Next(Symbols);
            }

            inputs[start + Time - Length - 1] = Go;
        }

        return (torch.tensor(inputs, [rows, Time], device: device), torch.tensor(targets, [rows, Time], device: device));
    }
}
