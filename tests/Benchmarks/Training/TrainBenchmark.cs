using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Course.Data;
using Course.Training;

namespace Course.Benchmarks.Training;

/// <summary>
/// How fast a Transformer is trained, beside PyTorch in eager mode and llm.c where they are given: the same model, the same tokens, each
/// in a process of its own, all taking turns. Utilisation is the share of the speed of a large product of matrices, measured in the same
/// rounds.
/// </summary>
internal sealed class TrainBenchmark : IBenchmark
{
    private const int TextTokens = 200_000;
    private const int Products = 40;
    private const double NeighbourTarget = 0.5;
    private const int SettlingUpdates = 48;

    public Command CreateCommand()
    {
        var shape = new Option<string>("--shape")
        {
            Description = "s (4 × 128, context 64), m (6 × 384, context 256), g (GPT-2 124M, context 64) or all.",
            DefaultValueFactory = _ => "all",
        };
        shape.AcceptOnlyFromAmong([.. TrainShape.All.Select(candidate => candidate.Name), "all"]);
        var rounds = new Option<int>("--rounds") { Description = "How often everything is timed.", DefaultValueFactory = _ => 7 };
        var threads = new Option<int>("--threads") { Description = "Threads of every contender.", DefaultValueFactory = _ => Environment.ProcessorCount };
        foreach (var positive in new[] { rounds, threads })
        {
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{positive.Name} must be 1 or more.");
                }
            });
        }

        var python = new Option<string>("--python") { Description = "A Python with PyTorch.", DefaultValueFactory = _ => "python3" };
        var llmc = new Option<DirectoryInfo>("--llmc") { Description = "A checkout of llm.c, which is built with gcc." };
        llmc.AcceptExistingOnly();
        var neighbour = new Option<bool>("--neighbour") { Description = "Measure also with another program busy on one core." };
        var command = new Command("train", "The speed of training, beside PyTorch and llm.c.") { shape, rounds, threads, python, llmc, neighbour };
        command.SetAction(parsed =>
        {
            var folder = Directory.CreateTempSubdirectory("course-train-").FullName;
            try
            {
                var program = parsed.GetValue(llmc) is { } checkout ? TrainPeers.BuildLlmC(checkout, folder) : null;
                foreach (var chosen in TrainShape.All.Where(candidate => parsed.GetValue(shape) is "all" || parsed.GetValue(shape) == candidate.Name))
                {
                    using var run = new TrainRun(chosen, parsed.GetValue(threads), parsed.GetValue(python)!, program, folder);
                    run.Measure(parsed.GetValue(rounds), parsed.GetValue(neighbour));
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    /// <summary>One shape with all its contenders.</summary>
    private sealed class TrainRun : IDisposable
    {
        private readonly TrainShape shape;
        private readonly Worker product;
        private readonly Worker shortProduct;
        private readonly List<(string Name, Worker Worker, bool IsShort)> contenders = [];
        private readonly Func<Worker> startAdapting;
        private Worker? adapting;

        public TrainRun(TrainShape shape, int threads, string python, string? llmc, string folder)
        {
            this.shape = shape;
            var tokens = WriteTokens(Path.Combine(folder, shape.Name + ".tokens"), shape.Config.VocabularySize);
            Print($"{shape.Name}: {shape.Config}; batches of {shape.BatchSize}; {threads} threads");
            startAdapting = () => new Worker(TrainWorker.Start(shape.Name, TrainingPrecision.Single, threads, tokens, adapt: true));
            product = new Worker(TrainWorker.Start("product", TrainingPrecision.Single, threads));
            shortProduct = new Worker(TrainWorker.Start("product", TrainingPrecision.BFloat16, threads));
            TryAdd("PyTorch, eager", TrainPeers.Torch(python, shape, threads, tokens, folder));
            contenders.Add(("Course", new Worker(TrainWorker.Start(shape.Name, TrainingPrecision.Single, threads, tokens)), false));
            contenders.Add(("Course, bfloat16", new Worker(TrainWorker.Start(shape.Name, TrainingPrecision.BFloat16, threads, tokens)), true));
            if (llmc is not null)
            {
                TryAdd("llm.c", TrainPeers.LlmC(llmc, shape, threads, tokens, folder));
            }

            foreach (var (name, worker, _) in contenders)
            {
                Print($"  {name,-18} {worker.Greeting}");
            }
        }

        public void Measure(int rounds, bool withNeighbour)
        {
            List<Contender> turns =
            [
                Turn("float32", product, Products),
                Turn("bfloat16", shortProduct, Products),
                .. contenders.Select(contender => Turn(contender.Name, contender.Worker, shape.Updates)),
            ];
            var busy = turns.Count;
            if (withNeighbour)
            {
                turns.AddRange(contenders.Select(contender => Busy(Turn(contender.Name, contender.Worker, shape.Updates))));
                adapting = startAdapting();
                Busy(Turn("settling", adapting, SettlingUpdates)).OwnSeconds!();
                turns.Add(Busy(Turn("Course, adapting", adapting, shape.Updates)));
            }

            var result = Interleaved.Run(rounds, turns);
            Print($"  {rounds} rounds in turn, medians (ranges)");
            Print($"  a product of {TrainWorker.ProductSize}² matrices: {result.PerSecond(0, Products * TrainWorker.ProductFlops / 1e9).ToString("F0")} GFLOP/s in float32, {result.PerSecond(1, Products * TrainWorker.ProductFlops / 1e9).ToString("F0")} in bfloat16");
            Print($"  {"",-18} {"tokens/s",30} {"× PyTorch",22} {"utilisation",22} {"peak MB",8} {"loss",7} {"native tensors",15}");
            var torch = contenders.FindIndex(contender => contender.Name.StartsWith("PyTorch", StringComparison.Ordinal));
            for (var c = 0; c < contenders.Count; c++)
            {
                var (name, worker, isShort) = contenders[c];
                var tokens = shape.Updates * shape.TokensPerBatch;
                var share = tokens * shape.Config.TrainingFlopsPerToken / (Products * TrainWorker.ProductFlops);
                var ratio = torch < 0 ? "" : result.Ratio(torch + 2, c + 2).ToString("F2");
                var utilisation = result.Ratio(isShort ? 1 : 0, c + 2).Times(share).ToString("P0");
                var tensors = worker.Last.Count > 1 ? worker.Last[1].ToString("N0", CultureInfo.InvariantCulture) : "";
                Print($"  {name,-18} {result.PerSecond(c + 2, tokens).ToString("N0"),30} {ratio,22} {utilisation,22} {worker.PeakBytes / 1e6,8:N0} {worker.Last[0],7:F3} {tensors,15}");
            }

            Print($"  targets: {shape.Target} × PyTorch{(shape.ShortTarget is { } target ? FormattableString.Invariant($", {target} × with bfloat16") : "")}{(shape.UtilisationTarget is { } least ? FormattableString.Invariant($", utilisation {least:P0}") : "")}");
            for (var c = 0; withNeighbour && c < contenders.Count; c++)
            {
                Print($"  {contenders[c].Name,-18} beside a busy program: {result.Ratio(c + 2, busy + c).ToString("P0")} of its speed alone (target: {NeighbourTarget:P0} or more)");
            }

            if (withNeighbour)
            {
                var course = contenders.FindIndex(contender => contender.Name == "Course");
                Print($"  {"Course, adapting",-18} beside a busy program, its threads settled: {result.Ratio(course + 2, turns.Count - 1).ToString("P0")} of Course's speed alone");
            }
        }

        public void Dispose()
        {
            foreach (var worker in contenders.Select(contender => contender.Worker).Append(product).Append(shortProduct).Concat(adapting is null ? (IEnumerable<Worker>)[] : [adapting]))
            {
                worker.Dispose();
            }
        }

        private static Contender Turn(string name, Worker worker, int units) =>
            new(name, () => () => worker.Run(units), () => worker.Run(units));

        // This process has nothing else to do meanwhile: it plays the neighbour.
        private static Contender Busy(Contender turn) => turn with
        {
            OwnSeconds = () =>
            {
                var isOver = false;
                var neighbour = new Thread(() =>
                {
                    while (!Volatile.Read(ref isOver))
                    {
                        Thread.SpinWait(1000);
                    }
                });
                neighbour.Start();
                var seconds = turn.OwnSeconds!();
                Volatile.Write(ref isOver, true);
                neighbour.Join();
                return seconds;
            },
        };

        private void TryAdd(string name, ProcessStartInfo start)
        {
            try
            {
                contenders.Add((name, new Worker(start), false));
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                Print($"  {name} is left out. {e.Message}");
            }
        }

        // A text with something to learn in it: every token is one of four that may follow the one before.
        private static string WriteTokens(string path, int vocabulary)
        {
            var random = SplitMix64.For(1, 0);
            var tokens = new int[TextTokens];
            for (var i = 1; i < tokens.Length; i++)
            {
                tokens[i] = ((tokens[i - 1] * 5) + 1 + random.Next(4)) % vocabulary;
            }

            File.WriteAllBytes(path, MemoryMarshal.AsBytes<int>(tokens).ToArray());
            return path;
        }

        private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
