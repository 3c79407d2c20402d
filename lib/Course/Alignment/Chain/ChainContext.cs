using System.Diagnostics;
using Course.Alignment.Conversations;
using Course.Alignment.Reinforcement;
using Course.Models;
using Course.Tokenization;
using Course.Training;

namespace Course.Alignment.Chain;

/// <summary>News from a chain.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Number">The stage's number, from 1.</param>
/// <param name="Count">How many stages there are.</param>
/// <param name="Share">How much of the stage is done, 0 to 1.</param>
/// <param name="Detail">A few numbers.</param>
public sealed record ChainProgress(string Stage, int Number, int Count, double Share, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Number}/{Count} {Stage} {Share:P0}  {Detail}");
}

/// <summary>What a stage of a chain works with.</summary>
internal sealed class ChainContext
{
    private readonly Action<double, string> progress;
    private readonly Stopwatch sinceReport = Stopwatch.StartNew();

    public ChainContext(ChainRecipe recipe, ChainFolder folder, string stage, Lazy<AssistantTexts> texts, Action<double, string> progress, CancellationToken cancellation)
    {
        (Recipe, Folder, Stage, Texts, this.progress, Cancellation) = (recipe, folder, stage, texts.Value, progress, cancellation);
    }

    public ChainRecipe Recipe { get; }

    public ChainFolder Folder { get; }

    /// <summary>The stage's name.</summary>
    public string Stage { get; }

    public AssistantTexts Texts { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Where the stage's checkpoints are while it is under way.</summary>
    public string CheckpointFolder => Path.Combine(Folder.Of(Stage), "checkpoints");

    /// <summary>The tokenizer, which the first stage has made.</summary>
    public Tokenizer Tokenizer => field ??= Folder.LoadTokenizer();

    /// <summary>How conversations become tokens.</summary>
    public ChatTemplate Template => field ??= new ChatTemplate(Tokenizer);

    /// <summary>Completes requests for stories.</summary>
    public CompletionSampler Sampler => new(Template.EndToken, Template.PadToken, Recipe.MaxTokens);

    public void Report(double share, string detail)
    {
        // Ten times a second is as much as anybody reads.
        if (sinceReport.ElapsedMilliseconds >= 100 || share >= 1)
        {
            progress(share, detail);
            sinceReport.Restart();
        }
    }

    /// <summary>Trains, going on where an interrupted training stopped.</summary>
    public TrainingHistory Train(ITrainingTask task, TrainerOptions options, string folder = "")
    {
        using var trainer = new Trainer(task, options with
        {
            CheckpointFolder = Path.Combine(CheckpointFolder, folder),
            CheckpointEvery = Math.Max(options.Steps / 10, 1),
            Seed = Recipe.Seed,
        });
        trainer.Resume();
        return trainer.Run(
            news => Report((double)news.Step / news.Steps, news.Update is { } update ? FormattableString.Invariant($"loss {update.Loss:F3}") : ""),
            cancellation: Cancellation);
    }

    /// <summary>Trains a policy, going on where an interrupted training stopped.</summary>
    public IReadOnlyList<IterationMetrics> Train(PolicyTrainer trainer, int iterations, params string[] shown)
    {
        trainer.Resume();
        return trainer.Run(
            news => Report(
                (double)news.Iteration / iterations,
                string.Join("  ", shown.Select(name => FormattableString.Invariant($"{name} {news[name]:F2}")))),
            cancellation: Cancellation);
    }

    /// <summary>What a policy answers to requests, as tokens.</summary>
    public List<Completion> Complete(Gpt policy, IReadOnlyList<string> requests, long seed)
    {
        const int Batch = 64;
        var completions = new List<Completion>(requests.Count);
        foreach (var some in requests.Chunk(Batch))
        {
            Runtime.Interruption.Point(Cancellation);
            completions.AddRange(Sampler.Sample(policy, [.. some.Select(PromptTokens)], seed, completions.Count));
            Report((double)completions.Count / requests.Count, "");
        }

        return completions;
    }

    /// <summary>A request as the tokens a model continues.</summary>
    public int[] PromptTokens(string request) => Template.RenderPrompt(Conversation.Of(request));

    /// <summary>The words of a completion.</summary>
    public string TextOf(Completion completion) => Tokenizer.Decode([.. completion.Text]);

    /// <summary>What a model answers to a few requests, for people to read.</summary>
    public IReadOnlyList<StageSample> Samples(Gpt model)
    {
        List<string> requests =
        [
            .. Texts.UnseenStories.Take(4).Select(AssistantTexts.PromptOf),
            .. Texts.Questions.Take(2).Concat(Texts.UnseenQuestions.Take(2)).Select(AssistantTexts.PromptOf),
        ];
        return [.. Complete(model, requests, seed: 7).Zip(requests, (completion, request) =>
        {
            var text = TextOf(completion);
            return new StageSample(request, text, FormattableString.Invariant($"words of nature: {NatureTaste.Count(text)}") + (completion.Ended ? "" : ", cut off"));
        })];
    }

    /// <summary>The hidden taste as a reward function: what is meant by all that is learned.</summary>
    public IRewardFunction Taste => new DelegateReward(completion => NatureTaste.Of(TextOf(completion)));
}
