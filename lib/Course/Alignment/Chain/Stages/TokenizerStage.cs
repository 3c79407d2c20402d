using Course.Tokenization;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns the vocabulary from the texts that will be read.</summary>
internal sealed class TokenizerStage() : ChainStage(StageNames.Tokenizer, "learn the vocabulary")
{
    public override StageReport Run(ChainContext context)
    {
        var (texts, size) = (context.Texts, context.Recipe.VocabularySize);
        var learned = 0;
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = size, SpecialTokens = SpecialTokens.Chat }).Train(
            [texts.DocumentationText, texts.TaleText],
            new Progress(() => context.Report((double)++learned / size, $"{learned} merges")),
            context.Cancellation);
        Directory.CreateDirectory(context.Folder.Root);
        tokenizer.Save(context.Folder.TokenizerFile);
        var sample = texts.TaleValidation[..Math.Min(texts.TaleValidation.Length, 20_000)];
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["tokens in the vocabulary"] = tokenizer.VocabularySize,
                ["characters per token (tales)"] = (double)sample.Length / tokenizer.CountTokens(sample),
                ["characters of documentation"] = texts.DocumentationText.Length,
                ["characters of tales"] = texts.TaleText.Length,
            },
        };
    }

    // System.Progress reports from other threads, when it is too late.
    private sealed class Progress(Action report) : IProgress<BpeMergeStep>
    {
        public void Report(BpeMergeStep value) => report();
    }
}
