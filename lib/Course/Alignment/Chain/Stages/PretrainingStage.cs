using Course.Data;
using Course.Models;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns to predict the next token of documentation and tales.</summary>
internal sealed class PretrainingStage() : ChainStage(StageNames.Pretraining, "pretrain: predict the next token")
{
    public override StageReport Run(ChainContext context)
    {
        var (texts, recipe, tokenizer) = (context.Texts, context.Recipe, context.Tokenizer);
        var train = TokenArray.From([.. tokenizer.Encode(texts.DocumentationText), .. tokenizer.Encode(texts.TaleText)]);
        var validation = TokenArray.From(tokenizer.Encode(texts.DocumentationValidation + texts.TaleValidation));
        using var model = new Gpt(recipe.Model(tokenizer.VocabularySize), recipe.Seed);
        var task = new LanguageModelTask(
            model,
            new RandomWindows(train, recipe.BatchSize, recipe.BlockSize, recipe.Seed),
            new SequentialEpochs(validation, recipe.BatchSize, recipe.BlockSize),
            validationBatches: 20);
        var history = context.Train(task, new TrainerOptions
        {
            Steps = recipe.PretrainingSteps,
            LearningRate = recipe.LearningRate,
            EvaluateEvery = Math.Max(recipe.PretrainingSteps / 8, 1),
        });
        model.Save(context.Folder.ModelFile(Name));
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["parameters"] = model.parameters().Sum(parameter => parameter.numel()),
                ["tokens read"] = (double)recipe.PretrainingSteps * recipe.BatchSize * recipe.BlockSize,
                ["validation loss"] = history.FinalEvaluation!.Loss,
                ["perplexity"] = history.FinalEvaluation.Perplexity,
            },
            Curves = StageCurves.Of(history),
            Samples = context.Samples(model),
        };
    }
}
