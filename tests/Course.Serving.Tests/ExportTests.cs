using System.Text;
using System.Text.Json;
using Course.Alignment.Chain;
using Course.Cli;
using Course.Models;
using Course.Models.Formats;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Serving.Tests;

/// <summary><c>course export</c>: what other programs get is what the chain has made.</summary>
[TestFixture]
public sealed class ExportTests
{
    private static readonly BpeTokenizer Tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 300, SpecialTokens = SpecialTokens.Chat })
        .Train(string.Concat(Enumerable.Repeat("Rosa had a red cup. Felix wanted the cup and ran to the river. ", 20)));

    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("course-export-");

    [TearDown]
    public void Delete() => folder.Delete(recursive: true);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Hugging_Face_folders_hold_the_same_model_and_the_same_tokenizer(bool llama)
    {
        var (chain, output) = (Chain(llama), At("exported"));
        var (code, said, error) = await CourseCommand.RunAsync("", "export", chain.Root, "--out", output, "--model", "sft");
        Assert.That(code, Is.EqualTo(ExitCodes.Success), error);
        Assert.That(said, Does.StartWith("sft (").And.Contain(output));
        using var original = chain.LoadModel(StageNames.FineTuning);
        using var read = HuggingFace.Load(output, torch.CPU);
        // GPT-2 has biases: zeros are added that the chain's model does not have.
        Assert.That(Logits(read), Is.EqualTo(Logits(original)).Within(1e-5));
        const string Text = "Rosa ran to the river.<|assistant|>";
        Assert.That(HuggingFace.LoadTokenizer(output).Encode(Text), Is.EqualTo(Tokenizer.Encode(Text)));

        (code, _, error) = await CourseCommand.RunAsync("", "export", chain.Root, "--out", output);
        Assert.That(code, Is.EqualTo(ExitCodes.BadArguments), "nothing is overwritten");
        Assert.That(error, Does.Contain("is there already"));
    }

    [Test]
    public async Task Llama_style_models_go_to_llama2c_and_to_llama_cpp()
    {
        var chain = Chain(llama: true);
        var (code, _, error) = await CourseCommand.RunAsync("", "export", chain.Root, "--out", At("model.bin"), "--format", "llama2c");
        Assert.That(code, Is.EqualTo(ExitCodes.Success), error);
        using var original = chain.LoadModel(StageNames.Ppo);
        using var read = Llama2c.Load(At("model.bin"), torch.CPU);
        Assert.That(Logits(read), Is.EqualTo(Logits(original)));

        (code, _, error) = await CourseCommand.RunAsync("", "export", chain.Root, "--out", At("model.gguf"), "--format", "gguf");
        Assert.That(code, Is.EqualTo(ExitCodes.Success), error);
        Gguf.Save(original, At("expected.gguf"), Tokenizer);
        var bytes = await File.ReadAllBytesAsync(At("model.gguf"));
        Assert.That(Encoding.ASCII.GetString(bytes, 0, 4), Is.EqualTo("GGUF"));
        Assert.That(bytes, Is.EqualTo(await File.ReadAllBytesAsync(At("expected.gguf"))));
    }

    [TestCase("gguf")]
    [TestCase("llama2c")]
    public async Task A_model_of_the_other_kind_is_refused_in_words(string format)
    {
        var (code, _, error) = await CourseCommand.RunAsync("", "export", Chain(llama: false).Root, "--out", At("x"), "--format", format);
        Assert.That(code, Is.EqualTo(ExitCodes.BadArguments));
        Assert.That(error, Does.Contain("llama").IgnoreCase.And.Not.Contain("   at "));
        Assert.That(File.Exists(At("x")), Is.False);
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private ChainFolder Chain(bool llama)
    {
        var chain = new ChainFolder(At("chain"));
        var config = llama
            ? GptConfig.Llama(Tokenizer.VocabularySize, layers: 2, heads: 2, width: 16, blockSize: 32)
            : new GptConfig { VocabularySize = Tokenizer.VocabularySize, BlockSize = 32, Layers = 2, Heads = 2, Width = 16 };
        foreach (var (name, seed) in new[] { (StageNames.FineTuning, 1), (StageNames.Ppo, 2) })
        {
            using var model = new Gpt(config, seed, torch.CPU);
            Directory.CreateDirectory(chain.Of(name));
            model.Save(chain.ModelFile(name));
            File.WriteAllText(Path.Combine(chain.Of(name), "report.json"), JsonSerializer.Serialize(new StageReport { Stage = name }));
        }

        Tokenizer.Save(chain.TokenizerFile);
        return chain;
    }

    private static float[] Logits(Gpt model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        return [.. model.Logits(torch.tensor(new long[] { 1, 5, 9, 2 }, [1, 4], device: torch.CPU)).data<float>()];
    }
}
