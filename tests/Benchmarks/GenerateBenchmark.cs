using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Course.Generation;
using Course.Generation.Fast;
using Course.Models;
using Course.Runtime;
using TorchSharp;

namespace Course.Benchmarks;

/// <summary>
/// How fast a text is written, one at a time: without and with a cache of keys and values, by the fast decoder, and by the C program
/// llama2.c where one is given. All write the same greedy text with the same Llama-style model.
/// </summary>
internal sealed class GenerateBenchmark : IBenchmark
{
    private static readonly (string Name, GptConfig Config, double CacheTarget, double DecoderTarget)[] Shapes =
    [
        ("s", GptConfig.Llama(65, layers: 4, heads: 4, width: 128, blockSize: 64), 4, 0.9),
        ("m", GptConfig.Llama(65, layers: 6, heads: 6, width: 384, blockSize: 256), 7, 0.8),
    ];

    public Command CreateCommand()
    {
        var shape = new Option<string>("--shape") { Description = "s (4 × 128), m (6 × 384) or both.", DefaultValueFactory = _ => "both" };
        shape.AcceptOnlyFromAmong("s", "m", "both");
        var rounds = new Option<int>("--rounds") { Description = "How often everything is timed.", DefaultValueFactory = _ => 7 };
        var threads = new Option<int>("--threads") { Description = "Threads of a tensor operation.", DefaultValueFactory = _ => 1 };
        var program = new Option<FileInfo>("--llama2c") { Description = "llama2.c's program 'run', to compare with." };
        program.AcceptExistingOnly();
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

        var command = new Command("generate", "Writing with and without a cache, by the fast decoder, and by llama2.c.")
        {
            shape, rounds, threads, program,
        };
        command.SetAction(parsed =>
        {
            TorchRuntime.EnsureLoaded();
            TorchRuntime.Threads = parsed.GetValue(threads);
            var chosen = parsed.GetValue(shape);
            foreach (var one in Shapes.Where(one => chosen == "both" || chosen == one.Name))
            {
                Run(one.Name, one.Config, parsed.GetValue(rounds), parsed.GetValue(program), one.CacheTarget, one.DecoderTarget);
            }

            return 0;
        });
        return command;
    }

    private static void Run(
        string name, GptConfig config, int rounds, FileInfo? program, double cacheTarget, double decoderTarget)
    {
        using var gpt = new Gpt(config, seed: 1, torch.CPU);
        using (torch.no_grad())
        {
            gpt.Tokens.Weight[Llama2cProgram.EndToken].zero_(); // a logit of 0 is never the largest: no text ends early
        }

        gpt.eval();
        using var decoder = FastDecoder.From(gpt);
        using var c = program is null ? null : new Llama2cProgram(program, gpt);
        var tokens = config.BlockSize - 1;
        var contenders = new List<Contender>
        {
            Contender("every token reads the text anew", () => SecondsPerText(() => Write(new UncachedModel(gpt), tokens))),
            Contender("with a cache of keys and values", () => SecondsPerText(() => Write(new CachedModel(gpt), tokens))),
            Contender(
                $"fast decoder, {decoder.Threads} thread{(decoder.Threads > 1 ? "s" : "")}", () => SecondsPerText(() => Write(decoder, tokens))),
        };
        if (c is not null)
        {
            contenders.Add(Contender("llama2.c", c.SecondsPerText));
        }

        Print($"{name}: {config}");
        var result = Interleaved.Run(rounds, contenders);
        for (var i = 0; i < contenders.Count; i++)
        {
            Print($"  {contenders[i].Name,-34} {result.PerSecond(i, tokens).ToString("N0"),28} tokens/s");
        }

        Print($"  cache / no cache                   {result.Ratio(0, 1).ToString("F2"),28}   target {cacheTarget}");
        if (c is not null)
        {
            Print($"  fast decoder / llama2.c            {result.Ratio(3, 2).ToString("F2"),28}   target {decoderTarget}");
        }
    }

    // All have clocks of their own: a short text is written until a tenth of a second has passed, which no hiccup of the machine spoils.
    private static Contender Contender(string name, Func<double> secondsPerText) =>
        new(name, () => () => secondsPerText(), secondsPerText);

    private static double SecondsPerText(Action write)
    {
        var start = Stopwatch.GetTimestamp();
        var texts = 0;
        do
        {
            write();
            texts++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Llama2cProgram.LeastSeconds);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / texts;
    }

    private static void Write(INextTokenModel model, int tokens)
    {
        using (model)
        {
            var text = new List<int> { 0 };
            for (var i = 0; i < tokens; i++)
            {
                var logits = model.NextLogits([[.. text]])[0];
                text.Add(Likeliest(logits));
            }
        }
    }

    private static void Write(FastDecoder decoder, int tokens)
    {
        decoder.Rewind();
        var token = 0;
        for (var i = 0; i < tokens; i++)
        {
            token = Likeliest(decoder.Read(token));
        }
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
