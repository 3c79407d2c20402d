using Course.Data;
using Course.Models;
using Course.Tokenization;
using Course.Training;

namespace Course.Benchmarks.Reproduce;

/// <summary>nanoGPT's CPU run; see <see cref="ShakespeareBenchmark"/> for the same with more switches and its speed.</summary>
internal sealed class ShakespeareExperiment : IExperiment
{
    public string Name => "shakespeare";

    public string Description => "a character Transformer of 4 layers, width 128 on Shakespeare's plays (nanoGPT).";

    public string? DataFile => "tinyshakespeare.txt";

    public IReadOnlyList<Figure> Run(ExperimentSession session)
    {
        var text = session.ReadData();
        var tokenizer = CharTokenizer.FromText(text);
        var (train, validation) = TokenArray.From(tokenizer.Encode(text)).Split(0.1);
        var config = new GptConfig { VocabularySize = tokenizer.VocabularySize };
        using var gpt = new Gpt(config, session.Seed);
        session.Train(
            "transformer",
            new LanguageModelTask(gpt, train, validation: null, ShakespeareBenchmark.BatchSize, session.Seed),
            ShakespeareBenchmark.Options(session.Steps(ShakespeareBenchmark.PublishedIterations), session.Seed));
        var all = LanguageModelTask.Evaluate(
            gpt, new SequentialEpochs(validation, 128, config.BlockSize), cancellation: session.Cancellation);
        return
        [
            new("validation loss, the whole split", all.Loss, $"{ShakespeareBenchmark.PublishedLoss} over 20 random batches, ±0.013", all.Loss <= ShakespeareBenchmark.LossLimit),
        ];
    }
}
