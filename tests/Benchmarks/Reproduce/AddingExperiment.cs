using Course.Data;
using Course.Layers;
using Course.Training;
using TorchSharp;

namespace Course.Benchmarks.Reproduce;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997, experiment 4): of 100 numbers in [−1, 1] two are marked, far apart, and their
/// sum is asked for at the end. Who forgets the first can do no better than the variance of the sum, 2/3, or half of it.
/// </summary>
internal sealed class AddingExperiment : IExperiment
{
    private const int Time = 100;
    private const int Hidden = 8;
    private const int BatchSize = 32;
    private const int EvaluationRows = 2000;
    private const long LstmIterations = 8000;
    private const long RnnIterations = 5000;
    private const double LstmLimit = 0.005;

    public string Name => "adding";

    public string Description => "an LSTM and a plain recurrent network of 8 units add two marked numbers out of 100.";

    public string? DataFile => null;

    public IReadOnlyList<Figure> Run(ExperimentSession session)
    {
        var lstm = Train(session, RecurrentKind.Lstm, session.Steps(LstmIterations));
        var rnn = Train(session, RecurrentKind.Rnn, session.Steps(RnnIterations));
        return
        [
            new("LSTM, mean squared error", lstm, "0.0007 after 8,000 updates", lstm <= LstmLimit),
            new("RNN, mean squared error", rnn, "0.0706 after 5,000 updates"),
            new("RNN, times the error of the LSTM", rnn / lstm, "about 100", rnn / lstm >= 10),
        ];
    }

    private static double Train(ExperimentSession session, RecurrentKind kind, long steps)
    {
        using var adder = new Adder(kind, session.Seed);
        var task = new DelegateTask(
            adder, batch => Error(adder, session.Seed, batch, BatchSize), unitsPerBatch: BatchSize, unitName: "rows");
        session.Train(kind.ToString().ToLowerInvariant(), task, new TrainerOptions
        {
            Steps = steps,
            Schedule = LearningRateSchedule.Steps(5e-3, every: 1500),
            Optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.999, WeightDecay = 0 },
            Seed = session.Seed,
        });
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return Error(adder, session.Seed, batch: -1, EvaluationRows).ToDouble();
    }

    // Negative batches are none of the training's.
    private static torch.Tensor Error(Adder adder, long seed, long batch, int rows)
    {
        using var scope = torch.NewDisposeScope();
        var random = SplitMix64.For(seed, batch);
        var inputs = new float[rows * Time * 2]; // (rows, time, 2): the number, and 1 where it counts
        var sums = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var (first, second) = (random.Next(Time / 2), (Time / 2) + random.Next(Time / 2));
            for (var t = 0; t < Time; t++)
            {
                var at = ((row * Time) + t) * 2;
                inputs[at] = (float)((2 * random.NextDouble()) - 1);
                if (t == first || t == second)
                {
                    inputs[at + 1] = 1;
                    sums[row] += inputs[at];
                }
            }
        }

        var device = adder.Device;
        var answers = adder.forward(torch.tensor(inputs, [rows, Time, 2], device: device));
        return (answers - torch.tensor(sums, device: device)).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>One recurrent layer, and a weighted sum of what it shows at the end.</summary>
    private sealed class Adder : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly RecurrentStack layers;
        private readonly Linear sum;

        public Adder(RecurrentKind kind, long seed)
            : base(nameof(Adder))
        {
            using var init = new Initialization(seed, standardDeviation: 1 / Math.Sqrt(3.0 * Hidden));
            layers = new RecurrentStack(kind, inputSize: 2, Hidden, layers: 1, init);
            sum = new Linear(Hidden, 1, init);
            RegisterComponents();
        }

        public torch.Device Device => sum.Weight.device;

        // (rows, time, 2) → (rows)
        public override torch.Tensor forward(torch.Tensor input)
        {
            using var scope = torch.NewDisposeScope();
            return sum.forward(layers.forward(input).select(1, -1)).squeeze(-1).MoveToOuterDisposeScope();
        }
    }
}
