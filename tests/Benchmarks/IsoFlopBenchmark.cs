using System.CommandLine;
using System.Globalization;
using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Scaling;
using Course.Tokenization;
using Course.Training;

namespace Course.Benchmarks;

/// <summary>
/// The law of compute-optimal training, measured: for each budget several sizes of model are trained for as long as the budget lasts, the
/// best size is read off, and its growth with the budget fitted (Hoffmann et al. 2022, section 3.2). Runs unattended, and goes on where
/// it was when it is started again.
/// </summary>
internal sealed class IsoFlopBenchmark : IBenchmark
{
    private const int BatchSize = 8;
    private const int BlockSize = 64;
    private const int Vocabulary = 512;
    private const int ValidationBatches = 100;
    private const double LeastTokensPerWeight = 1;
    private const double MostTokensPerWeight = 600;
    private const double MostEpochs = 8;

    // From 8 thousand to 3.6 million weights that multiply, each about 1.7 times as large as the one before.
    private static readonly (int Layers, int Width)[] Sizes =
        [(1, 12), (2, 16), (2, 24), (2, 40), (2, 56), (3, 64), (3, 88), (4, 104), (4, 136), (4, 184), (5, 224)];

    public Command CreateCommand()
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "A text in UTF-8; without it, the documentation of .NET.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        file.AcceptExistingOnly();
        var budgets = new Option<double[]>("--budgets")
        {
            Description = "What each training may cost, in floating-point operations; at least three of them for a law.",
            DefaultValueFactory = _ => [1e11, 3e11, 1e12, 3e12, 1e13],
            AllowMultipleArgumentsPerToken = true,
        };
        budgets.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double[]>() is not { Length: > 0 } values || values.Any(value => !(value >= 1e9 && double.IsFinite(value))))
            {
                result.AddError("--budgets must be numbers of 1e9 or more.");
            }
        });
        var seed = new Option<long>("--seed") { Description = "Weights and batches.", DefaultValueFactory = _ => 1 };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where results and checkpoints are kept, for this text and this seed.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "isoflop")),
        };
        var command = new Command("isoflop", "Which size of model is best for a budget of compute, and how it grows.") { file, budgets, seed, folder };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(
                parsed.GetValue(file) is { } given ? File.ReadAllText(given.FullName) : DotnetDocumentation.Load().Prose().Text(),
                [.. parsed.GetValue(budgets)!.Order()],
                parsed.GetValue(seed),
                parsed.GetValue(folder)!.FullName,
                cancellation),
            CancellationToken.None));
        return command;
    }

    private static int Run(string text, double[] budgets, long seed, string folder, CancellationToken cancellation)
    {
        TorchRuntime.EnsureLoaded();
        var (trainText, validationText) = TextSplits.AtEnd(text, 0.05);
        // One tokenizer for all budgets, made of the beginning of the text.
        var tokenizer = new BpeTrainer(Vocabulary).Train(trainText[..Math.Min(trainText.Length, 500_000)]);
        var (train, validation) = (TokenArray.From(tokenizer.Encode(trainText)), TokenArray.From(tokenizer.Encode(validationText)));
        Print($"{train.Length:N0} tokens to learn from, {validation.Length:N0} to validate on; batches of {BatchSize} × {BlockSize}");
        var plan = budgets.SelectMany(budget => Sizes.Select(size => Plan(budget, size)).OfType<PlannedRun>()).ToList();
        IReadOnlyList<ScalingRun> results;
        try
        {
            results = new ScalingSweep(folder).Run(plan, Report, cancellation);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. The same command goes on from here.");
            return 130;
        }

        Conclude(budgets, results);
        return results.Count == plan.Count ? 0 : 1;

        PlannedRun? Plan(double budget, (int Layers, int Width) size)
        {
            var config = Config(tokenizer.VocabularySize, size);
            var tokens = TrainingCompute.Tokens(budget, Multiplying(config));
            var steps = (long)Math.Round(tokens / (BatchSize * BlockSize));
            // Far from the valley's bottom a training costs as much as near it and says nothing; and a text that is read too often is not data.
            var tokensPerWeight = tokens / Multiplying(config);
            return tokensPerWeight is < LeastTokensPerWeight or > MostTokensPerWeight || tokens > MostEpochs * train.Length ? null : new PlannedRun(
                string.Create(CultureInfo.InvariantCulture, $"{budget:0.0e+0}-{size.Layers}x{size.Width}").Replace("+", "", StringComparison.Ordinal),
                (checkpoints, token) => Train(config, steps, checkpoints, token));
        }

        ScalingRun Train(GptConfig config, long steps, string checkpoints, CancellationToken token)
        {
            using var gpt = new Gpt(config, seed);
            using var trainer = new Trainer(new LanguageModelTask(gpt, train, validation: null, BatchSize, seed), new TrainerOptions
            {
                Steps = steps,
                // The cosine ends with the training, which a fair comparison needs (section 3.2).
                Schedule = LearningRateSchedule.WarmupCosine(Rate(config), Math.Min(100, steps / 10), steps, Rate(config) / 10),
                CheckpointFolder = checkpoints,
                CheckpointEvery = Math.Max(50, steps / 5),
                Seed = seed,
            });
            trainer.Resume();
            var history = trainer.Run(cancellation: token);
            var loss = LanguageModelTask.Evaluate(
                gpt, new SequentialEpochs(validation, BatchSize, BlockSize), batches: Math.Min(ValidationBatches, new SequentialEpochs(validation, BatchSize, BlockSize).BatchesPerEpoch), cancellation: token);
            Directory.Delete(checkpoints, recursive: true); // the result is what is kept
            return new ScalingRun(
                "", Multiplying(config), steps * BatchSize * BlockSize, loss.Loss, history.Steps.Sum(step => BatchSize * BlockSize / step.UnitsPerSecond));
        }
    }

    private static GptConfig Config(int vocabulary, (int Layers, int Width) size) => new()
    {
        VocabularySize = vocabulary,
        BlockSize = BlockSize,
        Layers = size.Layers,
        Heads = 2,
        Width = size.Width,
        Positions = Layers.PositionKind.Rotary,
    };

    // Wider models want smaller steps.
    private static double Rate(GptConfig config) => Math.Min(1.2e-2, 0.4 / config.Width);

    // Everything but looking up: the table of tokens counts, for it also makes the logits.
    private static long Multiplying(GptConfig config) => config.ParameterCount;

    private static void Report(string name, ScalingRun? run, Exception? error)
    {
        if (run is not null)
        {
            Print($"{name,-18} N {run.Parameters,12:N0}  D {run.Tokens,12:N0}  loss {run.Loss:F4}  {run.Seconds,6:N0} s");
        }
        else
        {
            Print($"{name,-18} failed: {error!.Message}");
        }
    }

    private static void Conclude(double[] budgets, IReadOnlyList<ScalingRun> results)
    {
        Console.WriteLine();
        var profiles = new List<IsoFlopProfile>();
        foreach (var budget in budgets)
        {
            try
            {
                var profile = IsoFlopProfile.Of(results.Where(run => Math.Abs(Math.Log(run.Flops / budget)) < 0.05));
                Print($"C {budget:0.0e+0}: best N {profile.Parameters:N0}, D {profile.Tokens:N0} ({profile.Tokens / profile.Parameters:F1} tokens a weight), loss {profile.Loss:F4}{(profile.IsInside ? "" : " — outside the sizes that were trained")}");
                profiles.Add(profile);
            }
            catch (ArgumentException e)
            {
                Print($"C {budget:0.0e+0}: {Sentence(e)}");
            }
        }

        var inside = profiles.Where(profile => profile.IsInside).ToList();
        if (inside.Count >= 3)
        {
            var (parameters, tokens) = IsoFlopProfile.Growth(inside);
            Print($"N ∝ C^a, a = {parameters.Exponent}; published 0.49 by this method, 0.452 from the fitted law");
            Print($"D ∝ C^b, b = {tokens.Exponent}; published 0.51 by this method, 0.548 from the fitted law");
        }

        try
        {
            var (law, exponent) = ChinchillaFit.WithConfidence(results);
            Print($"L(N, D) = {law}; its a = {exponent}");
        }
        catch (ArgumentException e)
        {
            Print($"No law of N and D: {Sentence(e)}");
        }
    }

    // Without the name of the parameter, which .NET appends.
    private static string Sentence(ArgumentException error) => error.Message.Split(" (Parameter", 2)[0];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
