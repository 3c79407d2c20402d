using Course.Models;

namespace Course.Benchmarks.Training;

/// <summary>A model and a batch at which speeds are compared.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Config">The model.</param>
/// <param name="BatchSize">Windows in a batch, each as long as the model reads.</param>
/// <param name="Updates">Updates that are timed together: about a second's worth.</param>
/// <param name="Target">How many times as fast as PyTorch training is to be, in float32.</param>
/// <param name="ShortTarget">The same with products in bfloat16; <see langword="null"/> where there is no target.</param>
/// <param name="UtilisationTarget">Which share of a matrix product's speed training is to reach; <see langword="null"/> for none.</param>
internal sealed record TrainShape(
    string Name, GptConfig Config, int BatchSize, int Updates, double Target, double? ShortTarget, double? UtilisationTarget)
{
    public static IReadOnlyList<TrainShape> All { get; } =
    [
        new("s", new() { VocabularySize = 65, Layers = 4, Heads = 4, Width = 128, BlockSize = 64 }, 12, 20, 1.1, null, null),
        new("m", new() { VocabularySize = 65, Layers = 6, Heads = 6, Width = 384, BlockSize = 256 }, 8, 3, 1.2, 1.8, 0.6),
        new("g", GptConfig.Gpt2(blockSize: 64), 4, 3, 1.6, 2.8, null),
    ];

    public long TokensPerBatch => (long)BatchSize * Config.BlockSize;
}
