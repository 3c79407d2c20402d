using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Course.Models;
using Course.Models.Formats;
using Course.Tokenization;

namespace Course.Benchmarks;

/// <summary>llama2.c's program, with a model and a tokenizer of ours in its formats. It times itself, in milliseconds.</summary>
internal sealed partial class Llama2cProgram : IDisposable
{
    /// <summary>The token at which the program stops.</summary>
    public const int EndToken = 1;

    /// <summary>How long it is measured at least.</summary>
    public const double LeastSeconds = 0.1;

    private readonly string program;
    private readonly string folder = Directory.CreateTempSubdirectory("course-llama2c-").FullName;
    private readonly int tokens;

    public Llama2cProgram(FileInfo program, Gpt model)
    {
        this.program = program.FullName;
        tokens = model.BlockSize;
        Llama2c.Save(model, Model);
        Llama2cTokenizer.Save(
            new SentencePieceTokenizer([.. Enumerable.Range(0, model.VocabularySize).Select(i => new ScoredPiece($"t{i}", 0))]), Vocabulary);
    }

    private string Model => Path.Combine(folder, "model.bin");

    private string Vocabulary => Path.Combine(folder, "tokenizer.bin");

    /// <summary>
    /// How long one text takes. The program's clock ticks in milliseconds, so it runs until it has worked for a tenth of a second.
    /// </summary>
    public double SecondsPerText()
    {
        double seconds = 0, written = 0;
        while (seconds < LeastSeconds)
        {
            var speed = TokensPerSecond();
            // It leaves its first token out.
            written += tokens - 1;
            seconds += (tokens - 1) / speed;
        }

        return seconds / written * (tokens - 1);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private double TokensPerSecond()
    {
        var start = new ProcessStartInfo(program, [Model, "-z", Vocabulary, "-t", "0", "-n", tokens.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' does not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.Wait();
        var match = Speed().Match(errors);
        return process.ExitCode == 0 && match.Success
            ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"'{program}' did not run: {errors}");
    }

    [GeneratedRegex(@"achieved tok/s: ([0-9.]+)")]
    private static partial Regex Speed();
}
