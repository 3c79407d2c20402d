using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Tokenization;
using Course.Training;

namespace Course.Benchmarks;

/// <summary>
/// nanoGPT's published CPU run: a character model of Shakespeare's plays, 0.8 million parameters, 2,000 updates. Its README
/// reports a validation loss of 1.88.
/// </summary>
/// <remarks>
/// The published figure is a mean over 20 random batches, which alone moves it by about ±0.013. Over the whole validation text five
/// seeds gave 1.894 to 1.917, so the seed is part of the configuration. What holds the run back are its initial weights, small for
/// a model this narrow: with <c>--deviation 0.06</c> and everything else the same, 1.745 is reached.
/// </remarks>
internal sealed class ShakespeareBenchmark : IBenchmark
{
    internal const int BatchSize = 12;
    private const int EstimateBatches = 200;
    internal const int PublishedIterations = 2000;
    internal const double PublishedLoss = 1.88;
    internal const double LossLimit = 1.90;

    public Command CreateCommand()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "tinyshakespeare.txt, or another text in UTF-8." };
        file.AcceptExistingOnly();
        var iterations = new Option<int>("--iterations") { Description = "Updates.", DefaultValueFactory = _ => PublishedIterations };
        var seed = new Option<int>("--seed") { Description = "Weights and batches.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int?>("--threads") { Description = "Threads of a tensor operation; the library's choice by default." };
        var deviation = new Option<double>("--deviation")
        {
            Description = "The standard deviation of fresh weights; the library's choice for the width by default, 0.02 is nanoGPT's.",
        };
        var bf16 = new Option<bool>("--bf16") { Description = "Matrix products in bfloat16, weights in float32." };
        RequirePositive(iterations);
        deviation.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and < 10))
            {
                result.AddError("--deviation must be at least 0 and below 10.");
            }
        });
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--threads must be 1 or more.");
            }
        });
        var command = new Command("shakespeare", "nanoGPT's published CPU run: validation loss after 2,000 updates, and speed.")
        {
            file, iterations, seed, threads, deviation, bf16,
        };
        command.SetAction(parsed => Run(
            File.ReadAllText(parsed.GetValue(file)!.FullName),
            parsed.GetValue(iterations),
            parsed.GetValue(seed),
            parsed.GetValue(threads),
            parsed.GetValue(deviation),
            parsed.GetValue(bf16)));
        return command;
    }

    private static void RequirePositive(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError($"{option.Name} must be 1 or more.");
        }
    });

    private static int Run(string text, int iterations, int seed, int? threads, double deviation, bool bf16)
    {
        TorchRuntime.EnsureLoaded();
        if (threads is { } wanted)
        {
            TorchRuntime.Threads = wanted;
        }

        var tokenizer = CharTokenizer.FromText(text);
        var tokens = TokenArray.From(tokenizer.Encode(text));
        var (train, validation) = tokens.Split(0.1);
        // All other defaults are nanoGPT's.
        var config = new GptConfig { VocabularySize = tokenizer.VocabularySize, InitialDeviation = deviation };
        var options = Options(iterations, seed) with { Precision = bf16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Single };
        Print($"{config}");
        Print($"{train.Length:N0} characters to learn from, {validation.Length:N0} to validate on; batches of {BatchSize} × {config.BlockSize}");
        Print($"optimizer {options.Optimizer}; seed {seed}; initial deviation {config.WeightDeviation:F3}; {TorchRuntime.Threads} threads; {options.Precision}");

        using var gpt = new Gpt(config, seed);
        // The whole validation split is evaluated once, after the clock has stopped.
        using var trainer = new Trainer(new LanguageModelTask(gpt, train, validation: null, BatchSize, seed), options);
        var clock = Stopwatch.StartNew();
        var history = trainer.Run(ProgressReport.Every(Math.Max(1, iterations / 20)));
        var seconds = clock.Elapsed.TotalSeconds;

        var all = LanguageModelTask.Evaluate(gpt, new SequentialEpochs(validation, 128, config.BlockSize));
        var estimate = LanguageModelTask.Evaluate(
            gpt, new RandomWindows(validation, BatchSize, config.BlockSize, seed + 1L), batches: EstimateBatches);
        var tokensPerSecond = (double)iterations * BatchSize * config.BlockSize / seconds;
        Print($"");
        Print($"training loss, mean of the last 100 updates   {history.RecentLoss(100):F4}");
        Print($"validation loss, all of it in order           {all.Loss:F4}");
        Print($"validation loss, {EstimateBatches} random batches           {estimate.Loss:F4}   (nanoGPT's way; published {PublishedLoss} for {PublishedIterations:N0} updates)");
        Print($"median update                                 {Median(history, config.BlockSize):F2} ms");
        Print($"training                                      {seconds:F1} s, {tokensPerSecond:N0} tokens/s, {tokensPerSecond * config.TrainingFlopsPerToken / 1e9:F0} GFLOP/s");
        if (iterations != PublishedIterations)
        {
            return 0;
        }

        var reached = all.Loss <= LossLimit;
        Print($"limit {LossLimit:F2}                                    {(reached ? "reached" : "MISSED")}");
        return reached ? 0 : 1;
    }

    /// <summary>nanoGPT's schedule and optimizer.</summary>
    internal static TrainerOptions Options(long iterations, long seed) => new()
    {
        Steps = iterations,
        Schedule = LearningRateSchedule.WarmupCosine(peak: 1e-3, Math.Min(100, iterations / 20), iterations, final: 1e-4),
        Optimizer = new AdamWOptions { Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0.1 },
        ClipNorm = 1,
        Seed = seed,
    };

    private static double Median(TrainingHistory history, int blockSize)
    {
        var milliseconds = history.Steps
            .Select(step => 1000.0 * BatchSize * blockSize / step.UnitsPerSecond).Order().ToList();
        return milliseconds[milliseconds.Count / 2];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
