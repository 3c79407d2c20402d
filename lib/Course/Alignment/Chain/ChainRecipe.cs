using System.Text.Json;
using Course.Models;

namespace Course.Alignment.Chain;

/// <summary>
/// Everything that decides what a <see cref="ChatGptChain"/> makes: texts, the model's shape, and the length of every stage. Immutable;
/// it is stored beside the results, and a chain only continues with the recipe it was begun with.
/// </summary>
public sealed record ChainRecipe
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Minutes on two cores: for trying out.</summary>
    public static ChainRecipe Tiny { get; } = new();

    /// <summary>About an hour on two cores: a model that says more sensible things about .NET.</summary>
    public static ChainRecipe Small { get; } = new()
    {
        VocabularySize = 4096,
        BlockSize = 192,
        Layers = 6,
        Heads = 6,
        Width = 192,
        DocumentationCharacters = 4_000_000,
        Tales = 6000,
        PretrainingSteps = 6000,
        FineTuningSteps = 2000,
        JudgedRequests = 1500,
        RewardSteps = 600,
        PpoIterations = 80,
        PpoPrompts = 64,
        DpoSteps = 600,
        GrpoIterations = 150,
    };

    /// <summary>Tokens of the vocabulary, special ones included.</summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>The most tokens the model reads.</summary>
    public int BlockSize { get; init; } = 128;

    /// <summary>Transformer blocks.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Numbers in a token's vector.</summary>
    public int Width { get; init; } = 96;

    /// <summary>
    /// Whether the model is built like Llama (rotary positions, RMSNorm, SwiGLU) in place of GPT-2: what llama.cpp and llama2.c can run.
    /// </summary>
    public bool LlamaStyle { get; init; }

    /// <summary>How much of the .NET documentation is read, in characters; 0 for none, which leaves a teller of stories.</summary>
    public int DocumentationCharacters { get; init; } = 250_000;

    /// <summary>How many stories are read.</summary>
    public int Tales { get; init; } = 1500;

    /// <summary>Updates of pretraining.</summary>
    public int PretrainingSteps { get; init; } = 1200;

    /// <summary>Rows in a batch of pretraining and fine-tuning.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The highest learning rate of pretraining; fine-tuning takes a third of it.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Updates of supervised fine-tuning.</summary>
    public int FineTuningSteps { get; init; } = 400;

    /// <summary>The most tokens of a story the assistant begins.</summary>
    public int MaxTokens { get; init; } = 96;

    /// <summary>Requests for which the fine-tuned model writes four stories, of which every two are judged.</summary>
    public int JudgedRequests { get; init; } = 600;

    /// <summary>Other requests whose stories are judged without slips, to see how well the reward model judges what it has not seen.</summary>
    public int UnseenRequests { get; init; } = 80;

    /// <summary>The share of judgements that are turned around by a slip of the hand.</summary>
    public double FlipRate { get; init; } = 0.1;

    /// <summary>Updates of the reward model, of 16 pairs each.</summary>
    public int RewardSteps { get; init; } = 400;

    /// <summary>Iterations of PPO; the run without a price on KL takes as many.</summary>
    public int PpoIterations { get; init; } = 60;

    /// <summary>Prompts in an iteration; a multiple of 4.</summary>
    public int PpoPrompts { get; init; } = 48;

    /// <summary>The learning rate of PPO.</summary>
    public double PpoLearningRate { get; init; } = 2e-4;

    /// <summary>β of PPO: the price of a nat of KL.</summary>
    public double KlCoefficient { get; init; } = 0.1;

    /// <summary>How far from the fine-tuned model PPO and DPO are expected to end at most, in nats per story: what they gain is to be had within it.</summary>
    public double KlBudget { get; init; } = 15;

    /// <summary>Updates of DPO, of 16 pairs each.</summary>
    public int DpoSteps { get; init; } = 200;

    /// <summary>The learning rate of DPO.</summary>
    public double DpoLearningRate { get; init; } = 1e-4;

    /// <summary>β of DPO.</summary>
    public double DpoBeta { get; init; } = 0.1;

    /// <summary>Updates of fine-tuning on the task whose answers can be checked, before GRPO takes over.</summary>
    public int TaskFineTuningSteps { get; init; } = 250;

    /// <summary>Iterations of GRPO on that task.</summary>
    public int GrpoIterations { get; init; } = 80;

    /// <summary>Unseen prompts on which the models are compared.</summary>
    public int ComparisonPrompts { get; init; } = 200;

    /// <summary>The seed of everything.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The language model's shape.</summary>
    /// <param name="vocabularySize">The tokenizer's.</param>
    internal GptConfig Model(int vocabularySize) => LlamaStyle
        ? GptConfig.Llama(vocabularySize, Layers, Heads, Width, blockSize: BlockSize)
        : new()
        {
            VocabularySize = vocabularySize,
            BlockSize = BlockSize,
            Layers = Layers,
            Heads = Heads,
            Width = Width,
        };

    /// <summary>Returns the recipe itself, or says what is wrong with it.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public ChainRecipe Validated()
    {
        Model(VocabularySize).Validated();
        ArgumentOutOfRangeException.ThrowIfNegative(DocumentationCharacters);
        foreach (var (name, value) in new[]
        {
            (nameof(Tales), Tales), (nameof(PretrainingSteps), PretrainingSteps), (nameof(BatchSize), BatchSize),
            (nameof(FineTuningSteps), FineTuningSteps), (nameof(MaxTokens), MaxTokens), (nameof(JudgedRequests), JudgedRequests),
            (nameof(UnseenRequests), UnseenRequests), (nameof(RewardSteps), RewardSteps), (nameof(PpoIterations), PpoIterations),
            (nameof(PpoPrompts), PpoPrompts), (nameof(DpoSteps), DpoSteps), (nameof(TaskFineTuningSteps), TaskFineTuningSteps),
            (nameof(GrpoIterations), GrpoIterations), (nameof(ComparisonPrompts), ComparisonPrompts),
        })
        {
            if (value < 1)
            {
                throw new ArgumentOutOfRangeException(name, value, $"{name} is 1 or more.");
            }
        }

        if (PpoPrompts % 4 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(PpoPrompts), PpoPrompts, "The prompts of an iteration are cut into four minibatches.");
        }

        if (MaxTokens >= BlockSize)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxTokens), MaxTokens, $"A story must leave room for its prompt: the model reads {BlockSize} tokens.");
        }

        return FlipRate is >= 0 and <= 0.5
            ? this
            : throw new ArgumentOutOfRangeException(nameof(FlipRate), FlipRate, "At more than one half, the judgements would mean the opposite.");
    }

    /// <summary>The recipe as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a recipe written by <see cref="ToJson"/>.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidDataException">It is no recipe; the message says why.</exception>
    public static ChainRecipe FromJson(string json)
    {
        try
        {
            return (JsonSerializer.Deserialize<ChainRecipe>(json) ?? throw new InvalidDataException("There is no recipe.")).Validated();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"This is no recipe of a chain. {e.Message}", e);
        }
    }
}
