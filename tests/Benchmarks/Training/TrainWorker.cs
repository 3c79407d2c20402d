using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Training;
using TorchSharp;

namespace Course.Benchmarks.Training;

/// <summary>The library's side of <see cref="TrainBenchmark"/>, as a <see cref="Worker"/>: trains, or only multiplies matrices.</summary>
internal sealed class TrainWorker : IBenchmark
{
    public const string Verb = "train-worker";

    /// <summary>Rows and columns of the matrices of the product that utilisation is measured against.</summary>
    public const int ProductSize = 1024;

    public static double ProductFlops => 2.0 * ProductSize * ProductSize * ProductSize;

    public Command CreateCommand()
    {
        var work = new Argument<string>("WORK");
        work.AcceptOnlyFromAmong([.. TrainShape.All.Select(shape => shape.Name), "product"]);
        var precision = new Argument<TrainingPrecision>("PRECISION");
        var threads = new Argument<int>("THREADS");
        var tokens = new Argument<FileInfo?>("TOKENS") { Arity = ArgumentArity.ZeroOrOne };
        var adapt = new Option<bool>("--adapt");
        var command = new Command(Verb, "One contender of 'train', which starts it.") { work, precision, threads, tokens, adapt };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            TorchRuntime.Threads = parsed.GetValue(threads);
            var name = parsed.GetValue(work)!;
            if (name == "product")
            {
                Multiply(parsed.GetValue(precision));
            }
            else
            {
                Train(TrainShape.All.Single(shape => shape.Name == name), parsed.GetValue(precision), parsed.GetValue(tokens)!.FullName, parsed.GetValue(adapt));
            }
        });
        return command;
    }

    /// <summary>How the process is started.</summary>
    public static ProcessStartInfo Start(string work, TrainingPrecision precision, int threads, string? tokens = null, bool adapt = false)
    {
        string[] arguments = [Verb, .. adapt ? (ReadOnlySpan<string>)["--adapt"] : [], work, precision.ToString(), threads.ToString(CultureInfo.InvariantCulture), .. tokens is null ? (ReadOnlySpan<string>)[] : [tokens]];
        var own = Environment.ProcessPath!;
        // Under `dotnet Benchmarks.dll` the process is dotnet itself.
        return Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? new ProcessStartInfo(own, [typeof(TrainWorker).Assembly.Location, .. arguments])
            : new ProcessStartInfo(own, arguments);
    }

    private static void Train(TrainShape shape, TrainingPrecision precision, string tokens, bool adapt)
    {
        var text = TokenArray.From(MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(tokens)).ToArray());
        using var gpt = new Gpt(shape.Config, seed: 1, torch.CPU);
        using var trainer = new Trainer(
            new LanguageModelTask(gpt, text, validation: null, shape.BatchSize, seed: 1),
            new TrainerOptions
            {
                Steps = int.MaxValue,
                Schedule = LearningRateSchedule.Constant(1e-3),
                Optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0.1 },
                Precision = precision,
                AdaptThreads = adapt,
            });
        Serve($"Course, {shape.Config.ParameterCount} parameters", updates =>
        {
            var loss = trainer.Run(until: trainer.Step + updates).Losses[^1];
            return [loss, TorchRuntime.LiveTensors];
        });
    }

    private static void Multiply(TrainingPrecision precision)
    {
        var type = precision == TrainingPrecision.BFloat16 ? torch.bfloat16 : torch.float32;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var a = torch.rand([ProductSize, ProductSize], device: torch.CPU).to(type);
        var b = torch.rand([ProductSize, ProductSize], device: torch.CPU).to(type);
        Serve("product of matrices", products =>
        {
            for (var i = 0; i < products; i++)
            {
                using var product = a.matmul(b);
            }

            return [];
        });
    }

    private static void Serve(string greeting, Func<int, double[]> work)
    {
        Console.WriteLine(greeting);
        while (Console.ReadLine() is { } line)
        {
            var clock = Stopwatch.StartNew();
            var numbers = work(int.Parse(line, CultureInfo.InvariantCulture));
            var seconds = clock.Elapsed.TotalSeconds;
            Console.WriteLine(string.Join(' ', numbers.Prepend(seconds).Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        }
    }
}
