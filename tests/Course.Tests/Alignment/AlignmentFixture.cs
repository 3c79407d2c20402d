using Course.Alignment.Conversations;
using Course.Models;
using Course.Runtime;
using Course.Tests.Data;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Alignment;

/// <summary>A memory scope and a folder for each test, and models small enough to be trained within one.</summary>
public abstract class AlignmentFixture
{
    /// <summary>The letters a to h, a blank and the special tokens of a chat: 14 tokens.</summary>
    protected static readonly CharTokenizer Letters =
        new("abcdefgh ", new SpecialTokens([.. SpecialTokens.Chat, SpecialTokens.SystemTurn]));

    protected static readonly ChatTemplate Template = new(Letters);

    protected static readonly GptConfig Small = new()
    {
        VocabularySize = Letters.VocabularySize,
        BlockSize = 16,
        Layers = 2,
        Heads = 2,
        Width = 16,
        Bias = true,
    };

    private TemporaryFolder folder = null!;
    private DisposeScope scope = null!;

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

    protected string At(string name) => folder.At(name);

    protected static Gpt Model(long seed = 1, GptConfig? config = null) => new(config ?? Small, seed, torch.CPU);

    /// <summary>
    /// The number of native tensors, after those that earlier tests have lost were collected: what a loop may not change, without any
    /// help from the garbage collector.
    /// </summary>
    protected static long SettledTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return TorchRuntime.LiveTensors;
    }

    /// <summary>All parameters in a row.</summary>
    protected static torch.Tensor Weights(torch.nn.Module model) =>
        torch.cat([.. model.parameters().Select(parameter => parameter.detach().reshape(-1))]).clone();

    /// <summary>All gradients in a row, zeros where there is none.</summary>
    protected static torch.Tensor Gradients(torch.nn.Module model) =>
        torch.cat([.. model.parameters().Select(p => (p.grad is null ? torch.zeros_like(p) : p.grad.detach()).reshape(-1))]).clone();
}
