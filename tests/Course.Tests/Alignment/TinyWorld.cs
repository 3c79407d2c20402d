using Course.Alignment.Exact;
using Course.Alignment.Reinforcement;
using Course.Models;
using TorchSharp;

namespace Course.Tests.Alignment;

/// <summary>Four tokens and three steps: 40 completions, a model that can give them any probabilities, and a reward.</summary>
internal static class TinyWorld
{
    public const int End = 3;
    public const int Pad = 0;

    public static readonly int[] Prompt = [0, 1];

    public static readonly GptConfig Config = new()
    {
        VocabularySize = 4,
        BlockSize = 8,
        Layers = 1,
        Heads = 2,
        Width = 16,
        Bias = true,
        TieWeights = false,
        InitialDeviation = 0.3,
    };

    public static EnumerableWorld World { get; } = new(Prompt, 4, End, 3);

    /// <summary>Likes a 2 in the first place, dislikes 1 anywhere, and likes to come to an end.</summary>
    public static double Reward(Completion completion) =>
        (completion.Tokens[0] == 2 ? 1 : 0) - (0.7 * completion.Tokens.Count(token => token == 1)) + (completion.Ended ? 0.5 : 0);

    public static IRewardFunction Rewards { get; } = new DelegateReward(Reward);

    public static Gpt Tiny(long seed = 1, double dropout = 0) => new(Config with { Dropout = dropout }, seed, torch.CPU);

    /// <summary>KL(π ‖ π*), exactly.</summary>
    public static double DistanceToOptimum(Gpt policy, Gpt reference, double beta)
    {
        using var scope = torch.NewDisposeScope();
        using var evaluating = policy.Evaluating();
        var optimum = Distributions.Optimum(World.LogDistribution(reference), World.Tabulate(Reward), beta);
        return Distributions.Kl(World.LogDistribution(policy), optimum).ToDouble();
    }
}
