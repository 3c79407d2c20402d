using Course.Data;
using Course.Models;
using Course.Tests.Data;
using Course.Training;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Training;

/// <summary>A small text, a small model with dropout, and a folder of its own for each test of a training.</summary>
public abstract class TrainerFixture
{
    protected static readonly TokenArray Text = TokenArray.From(Enumerable.Range(0, 600).Select(i => i * i % 11));

    protected static readonly GptConfig Config = new()
    {
        VocabularySize = 11,
        BlockSize = 8,
        Layers = 2,
        Heads = 2,
        Width = 12,
        Dropout = 0.2,
        Bias = true,
    };

    protected static readonly TrainerOptions Options = new()
    {
        Steps = 30,
        LearningRate = 1e-2,
        EvaluateEvery = 10,
        Seed = 4,
        CheckpointsKept = 3,
    };

    private TemporaryFolder folder = null!;
    private DisposeScope scope = null!;

    /// <summary>How many tensors and modules the test's own memory scope holds.</summary>
    protected int InScope => scope.DisposablesCount;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void Close()
    {
        scope.Dispose();
        folder.Dispose();
    }

    protected static LanguageModelTask Task(Gpt gpt, int batchSize = 4) => new(gpt, Text, Text.Slice(0, 100), batchSize, seed: 9);

    protected string Checkpoints => folder.At("checkpoints");
}
