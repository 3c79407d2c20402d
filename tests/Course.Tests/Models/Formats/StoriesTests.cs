using Course.Generation;
using Course.Generation.Fast;
using Course.Models.Formats;
using Course.Tests.Generation;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models.Formats;

/// <summary>
/// A trained model of others, 260,000 parameters, against what the C program llama2.c makes of it: the file of expected tokens was
/// written by that program (run.c, compiled with -O2), greedy choice, 200 tokens after "Once upon a time".
/// </summary>
[TestFixture]
public class StoriesTests
{
    private static readonly string Expected = Path.Combine(
        Repository.Root, "tests", "Course.Tests", "Models", "Formats", "stories260K.expected.txt");

    private int[] prompt = [];
    private int[] story = [];
    private SentencePieceTokenizer tokenizer = null!;

    [OneTimeSetUp]
    public void Open()
    {
        tokenizer = Llama2cTokenizer.Load(SharedData.Require("tok512.bin"));
        var lines = File.ReadAllLines(Expected);
        prompt = [.. lines[0].Split(' ').Select(int.Parse)];
        story = [.. lines[1].Split(' ').Select(int.Parse)];
        Assert.That(story, Has.Length.EqualTo(200));
    }

    [Test]
    public void The_prompt_is_encoded_alike_and_the_story_reads_as_one()
    {
        Assert.That(tokenizer.Encode("Once upon a time"), Is.EqualTo(prompt));
        Assert.That(tokenizer.Decode([.. prompt, .. story]), Does.StartWith(
            "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball."));
    }

    // What run.c's encode gives for texts with signs, digits, other scripts, runs of blanks, line breaks and what looks like a token.
    [TestCase("Lily's dog ran, 123 times! über 模型 😀", new[]
    {
        1, 317, 439, 419, 400, 428, 352, 303, 432, 410, 475, 479, 472, 378, 419, 443, 410, 198, 191, 430, 285, 410, 233, 171, 164, 232, 161,
        142, 410, 243, 162, 155, 131,
    })]
    [TestCase("a  b   c", new[] { 1, 261, 410, 268, 410, 410, 280 })]
    [TestCase(" x", new[] { 1, 410, 410, 444 })]
    [TestCase("", new[] { 1 })]
    [TestCase("The quick brown fox jumps over the lazy dog. She said, \"Hello\"\nTab\tend", new[]
    {
        1, 291, 410, 456, 425, 417, 340, 268, 420, 327, 416, 272, 414, 444, 410, 449, 425, 423, 427, 419, 334, 330, 265, 278, 412, 451, 422,
        400, 428, 426, 338, 336, 432, 313, 440, 411, 306, 414, 436, 13, 434, 412, 430, 12, 367,
    })]
    [TestCase("<s> <0x41> hello", new[] { 1, 410, 504, 419, 505, 410, 504, 477, 444, 484, 475, 505, 281, 306, 414 })]
    public void Texts_are_encoded_as_by_the_C_program(string text, int[] expected)
    {
        Assert.That(tokenizer.Encode(text), Is.EqualTo(expected));
        Assert.That(tokenizer.Decode(expected), Is.EqualTo(text));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_library_writes_the_same_story_token_for_token(bool useCache)
    {
        using var gpt = Llama2c.Load(SharedData.Require("stories260K.bin"), torch.CPU);
        var generator = new TextGenerator(gpt, tokenizer) { UseCache = useCache };
        Assert.That(generator.Tokens(prompt, story.Length, SamplingOptions.Greedy), Is.EqualTo(story));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void So_does_the_fast_decoder_from_the_file_and_from_the_model(int threads)
    {
        using var gpt = Llama2c.Load(SharedData.Require("stories260K.bin"), torch.CPU);
        using var fromFile = FastDecoder.Load(SharedData.Require("stories260K.bin"), threads);
        using var fromModel = FastDecoder.From(gpt, threads);
        foreach (var decoder in new[] { fromFile, fromModel })
        {
            Assert.That(new TextGenerator(decoder, tokenizer).Tokens(prompt, story.Length, SamplingOptions.Greedy), Is.EqualTo(story));
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var logits = gpt.Logits(torch.tensor(prompt.Select(token => (long)token).ToArray(), [1, prompt.Length], device: torch.CPU))[0, -1];
        fromFile.Rewind();
        TensorAssert.Near(torch.tensor(fromFile.Read(prompt).ToArray(), device: torch.CPU), logits, 1e-4);
    }

    [Test]
    public void Written_again_the_file_is_the_same_but_for_its_unused_tables()
    {
        using var folder = new Course.Tests.Data.TemporaryFolder();
        var source = SharedData.Require("stories260K.bin");
        using var gpt = Llama2c.Load(source, torch.CPU);
        Llama2c.Save(gpt, folder.At("copy.bin"));
        var (original, copy) = (File.ReadAllBytes(source), File.ReadAllBytes(folder.At("copy.bin")));
        var tables = 2 * gpt.BlockSize * gpt.Config.Stack.HeadDim / 2 * sizeof(float); // they end the file of a tied model
        Assert.That(copy, Has.Length.EqualTo(original.Length));
        Assert.That(copy[..^tables].AsSpan().SequenceEqual(original.AsSpan(0, original.Length - tables)), Is.True);
        for (var i = original.Length - tables; i < original.Length; i += sizeof(float))
        {
            Assert.That(BitConverter.ToSingle(copy, i), Is.EqualTo(BitConverter.ToSingle(original, i)).Within(2e-4f)); // angles up to 511 in float32
        }
    }
}
