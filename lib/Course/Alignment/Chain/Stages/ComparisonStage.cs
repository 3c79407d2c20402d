using System.Globalization;
using System.Text;
using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;
using Course.Alignment.Judgement;
using Course.Alignment.Measurement;
using Course.Alignment.Reinforcement;
using Course.Data;
using Course.Models;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>
/// Asks all models the same unseen requests: what they gained in the hidden taste, what it cost in KL, whether they still write
/// different stories of the usual length, and what they forgot.
/// </summary>
internal sealed class ComparisonStage() : ChainStage(StageNames.Comparison, "compare all models")
{
    /// <summary>The best of four answers of the fine-tuned model, by the learned reward: what can be had without training.</summary>
    public const string BestOfFour = "sft, best of 4";

    public override StageReport Run(ChainContext context)
    {
        var folder = context.Folder;
        using var reward = RewardModel.Load(folder.ModelFile(StageNames.Reward));
        using var reference = folder.LoadModel(StageNames.FineTuning).Freeze();
        var requests = context.Texts.UnseenStories.Take(context.Recipe.ComparisonPrompts).Select(AssistantTexts.PromptOf).ToList();
        var metrics = new Dictionary<string, double>();
        var drift = Drift(context);
        using (var pretrained = folder.LoadModel(StageNames.Pretraining))
        {
            drift.Measure(StageNames.Pretraining, pretrained);
        }

        var table = new StringBuilder();
        table.AppendLine("| model | true reward (deviation) | learned reward | KL (nats) | wins against sft | length | different pairs of tokens | ended |");
        table.AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        double[]? baseline = null;
        var learned = new LearnedReward(reward);
        foreach (var name in new[] { StageNames.FineTuning, StageNames.Ppo, StageNames.Dpo, StageNames.PpoWithoutKl })
        {
            using var model = folder.LoadModel(name);
            drift.Measure(name, model);
            var completions = context.Complete(model, requests, seed: 11);
            Add(name, completions, KlSpent.Of(model, reference, completions, context.Template.PadToken));
        }

        var best = new BestOfN(context.Sampler, learned, 4).Sample(reference, [.. requests.Select(context.PromptTokens)], seed: 12);
        Add(BestOfFour, [.. best.Select(pair => pair.Completion)], null);
        return new StageReport
        {
            Stage = Name,
            Metrics = metrics,
            Text = $"{table}\nAnswers to {requests.Count} requests nobody has learned from. True reward: the hidden taste. KL to the fine-tuned "
                + "model, by the k3 estimate; of the best of 4 its upper bound.\n\n"
                + $"What the models forgot, as loss in nats per token (behind it the change since pretraining):\n\n{drift}",
        };

        void Add(string name, IReadOnlyList<Completion> completions, Estimate? kl)
        {
            var rewards = context.Taste.Score(completions);
            baseline ??= rewards;
            var statistics = TextStatistics.Of([.. completions.Select(completion => (IReadOnlyList<int>)[.. completion.Text])]);
            var mean = rewards.Average();
            var deviation = Math.Sqrt(rewards.Average(r => (r - mean) * (r - mean)));
            var (graded, ended) = (learned.Score(completions).Average(), completions.Average(c => c.Ended ? 1.0 : 0));
            var spent = kl?.Mean ?? BestOfN.KlBound(4);
            metrics[$"{name}: true reward"] = mean;
            metrics[$"{name}: true reward, deviation"] = deviation;
            metrics[$"{name}: learned reward"] = graded;
            metrics[$"{name}: KL"] = spent;
            table.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {mean:F2} ({deviation:F2}) | {graded:F2} | {(kl is null ? "≤ " : "")}{spent:F2}{(kl is null ? "" : $" ± {kl.StandardError:F2}")} | "
                + $"{Proportion.WinRate(rewards, baseline)} | {statistics.MeanLength:F0} | {statistics.DistinctPairs:P0} | {ended:P0} |"));
        }
    }

    private static DriftTable Drift(ChainContext context)
    {
        var (texts, recipe, tokenizer) = (context.Texts, context.Recipe, context.Tokenizer);
        var columns = new List<(string, Func<LanguageModel, double>)>
        {
            ("tales", Text(texts.TaleValidation)),
            ("requests for stories", Answers(texts.UnseenStories)),
        };
        if (texts.DocumentationValidation.Length > 0)
        {
            columns.Insert(0, (".NET documentation", Text(texts.DocumentationValidation)));
            columns.Add(("questions about .NET", Answers(texts.UnseenQuestions)));
        }

        return new DriftTable(columns);

        Func<LanguageModel, double> Text(string text)
        {
            var source = new SequentialEpochs(TokenArray.From(tokenizer.Encode(text)), 16, recipe.BlockSize);
            return model => LanguageModelTask.Evaluate(model, source, batches: Math.Min(source.BatchCount!.Value, 10), cancellation: context.Cancellation).Loss;
        }

        Func<LanguageModel, double> Answers(IReadOnlyList<Conversation> conversations)
        {
            var data = ChatDataset.Build(conversations.Take(200), context.Template, recipe.BlockSize, Overlong.LeaveOut);
            var source = new MaskedBatches(data.Sequences, 32, recipe.BlockSize, context.Template.PadToken, seed: null, epochs: 1);
            return model => SftTask.Evaluate(model, source, context.Cancellation).Loss;
        }
    }
}
