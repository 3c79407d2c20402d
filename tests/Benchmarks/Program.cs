using System.CommandLine;
using Course.Benchmarks;
using Course.Benchmarks.Training;

// Every benchmark stands in a file of its own and is listed here, one a line.
IBenchmark[] benchmarks =
[
    new TokenizeBenchmark(),
    new ShakespeareBenchmark(),
    new GenerateBenchmark(),
    new KernelBenchmark(),
    new GradeBenchmark(),
    new TrainBenchmark(),
    new TrainWorker(),
    new ReproduceBenchmark(),
    new IsoFlopBenchmark(),
];

var root = new RootCommand("Measurements of the course's library. Run them in Release, on a machine that does nothing else.");
foreach (var benchmark in benchmarks)
{
    root.Subcommands.Add(benchmark.CreateCommand());
}

return root.Parse(args).Invoke();
