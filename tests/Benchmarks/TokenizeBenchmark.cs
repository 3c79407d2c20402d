using System.CommandLine;
using System.Globalization;
using System.Text;
using Course.Data;
using Course.Tokenization;
using Microsoft.ML.Tokenizers;
using BpeTokenizer = Course.Tokenization.BpeTokenizer;

namespace Course.Benchmarks;

/// <summary>
/// How fast a byte-pair vocabulary is trained, and how fast it encodes compared with Microsoft.ML.Tokenizers. Published for
/// training (Stanford CS336, assignment 1): a vocabulary of 500 on 130 kB of English in less than 1.5 s, the reference in 0.38 s.
/// </summary>
internal sealed class TokenizeBenchmark : IBenchmark
{
    private const int TrainingBytes = 130_000;
    private const int TrainingVocabulary = 500;
    private const int DefaultTextCharacters = 1_500_000;
    private const double TrainingLimitSeconds = 0.4;
    private const double EncodingLimitRatio = 3;

    public Command CreateCommand()
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "A text in UTF-8; without it, the documentation of .NET.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        file.AcceptExistingOnly();
        var vocabulary = new Option<int>("--vocabulary")
        {
            Description = "The size of the vocabulary that encodes.",
            DefaultValueFactory = _ => 8192,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often everything is timed.",
            DefaultValueFactory = _ => 15,
        };
        RequireRange(vocabulary, 256, BpeTokenizer.MaximumVocabularySize);
        RequireRange(rounds, 1, 10_000);
        var command = new Command("tokenize", "Training and encoding of byte-pair tokenizers.") { file, vocabulary, rounds };
        command.SetAction(parsed => Run(
            parsed.GetValue(file) is { } given ? File.ReadAllText(given.FullName) : DefaultText(),
            parsed.GetValue(vocabulary),
            parsed.GetValue(rounds)));
        return command;
    }

    private static void RequireRange(Option<int> option, int minimum, int maximum) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < minimum || value > maximum))
        {
            result.AddError(FormattableString.Invariant($"{option.Name} must be from {minimum} to {maximum}."));
        }
    });

    private static string DefaultText() => DotnetDocumentation.Load().Prose().Sample(DefaultTextCharacters).Text();

    private static int Run(string text, int vocabulary, int rounds)
    {
        MeasureTraining(text, rounds);
        var tokenizer = new BpeTrainer(vocabulary).Train(text);
        return MeasureEncoding(tokenizer, text, rounds);
    }

    private static void MeasureTraining(string text, int rounds)
    {
        var part = FirstBytes(text, TrainingBytes);
        var trainer = new BpeTrainer(TrainingVocabulary);
        void Train() => trainer.Train(part);
        var first = Interleaved.Seconds(Train);
        var later = Interleaved.Run(rounds, [new Contender("train", () => Train)]).SecondsOf(0);
        var bytes = Encoding.UTF8.GetByteCount(part);
        WriteLine($"training a vocabulary of {TrainingVocabulary} on {bytes:N0} bytes, limit {TrainingLimitSeconds} s");
        WriteLine($"  first call of the process (compiles the code)   {first:F3} s");
        WriteLine($"  {rounds,3} later calls                                 {later.ToString("F3")} s");
    }

    private static int MeasureEncoding(BpeTokenizer course, string text, int rounds)
    {
        var bytePairs = MicrosoftTokenizers.BytePairs(course);
        var ranks = MicrosoftTokenizers.Ranks(course);
        var cl100k = TiktokenTokenizer.CreateForEncoding("cl100k_base");
        var tokens = course.Encode(text);
        var megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        WriteLine($"encoding {megabytes:F2} MB with a vocabulary of {course.VocabularySize}: {tokens.Length:N0} tokens");
        WriteLine($"  that is {1e6 * megabytes / tokens.Length:F2} bytes a token");
        var same = ReportAgreement("BpeTokenizer", tokens, bytePairs.EncodeToIds(text))
            & ReportAgreement("TiktokenTokenizer", tokens, ranks.EncodeToIds(text));

        Contender[] contenders =
        [
            new("Course, words seen before", () => Encode(course)),
            new("Microsoft BpeTokenizer, same merges", () => EncodeMicrosoft(bytePairs)),
            new("Microsoft TiktokenTokenizer, same tokens", () => EncodeMicrosoft(ranks)),
            new("Microsoft cl100k (its own 100,000 tokens)", () => EncodeMicrosoft(cl100k)),
            new("Course, new", () => Encode(new BpeTokenizer(course.Merges))),
            new("Microsoft BpeTokenizer, new", () => EncodeMicrosoft(MicrosoftTokenizers.BytePairs(course))),
            new("Microsoft TiktokenTokenizer, new", () => EncodeMicrosoft(MicrosoftTokenizers.Ranks(course))),
        ];
        var result = Interleaved.Run(rounds, contenders);
        WriteLine($"  {rounds} interleaved rounds, medians (ranges): MB/s; Course's time as a multiple of this one's,");
        WriteLine($"  which shall be below {EncodingLimitRatio}");
        for (var c = 0; c < contenders.Length; c++)
        {
            var ours = c < 4 ? 0 : 4;
            var ratio = c == ours ? string.Empty : $"; {result.Ratio(ours, c).ToString("F2")}";
            WriteLine($"  {contenders[c].Name,-46}  {result.PerSecond(c, megabytes).ToString("F1")}{ratio}");
        }

        return same ? 0 : 1;

        // The caches of a tokenizer that has just been made are empty; making it is not timed.
        Action Encode(BpeTokenizer tokenizer) => () => tokenizer.Encode(text);
        Action EncodeMicrosoft(Microsoft.ML.Tokenizers.Tokenizer tokenizer) => () => tokenizer.EncodeToIds(text);
    }

    private static bool ReportAgreement(string name, int[] tokens, IReadOnlyList<int> theirs)
    {
        var same = theirs.SequenceEqual(tokens);
        WriteLine($"  {name} of Microsoft.ML.Tokenizers gives {(same ? "the same" : "DIFFERENT")} tokens");
        return same;
    }

    private static string FirstBytes(string text, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        while (count < bytes.Length && (bytes[count] & 0xC0) == 0x80)
        {
            count--;
        }

        return Encoding.UTF8.GetString(bytes, 0, Math.Min(count, bytes.Length));
    }

    private static void WriteLine(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
