using System.Text;
using Course.Generation;
using Course.Models;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Generation;

[TestFixture]
public class TextGeneratorTests
{
    private static readonly GptConfig Config = new() { VocabularySize = 30, BlockSize = 6, Layers = 2, Heads = 2, Width = 12, Dropout = 0.5, InitialDeviation = 0.02 };

    private readonly CharTokenizer tokenizer = CharTokenizer.FromText("abcdefghijklmnopqrstuvwxyz \n.");
    private DisposeScope scope = null!;
    private Gpt gpt = null!;
    private TextGenerator generator = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        gpt = new Gpt(Config with { VocabularySize = tokenizer.VocabularySize }, seed: 4, torch.CPU);
        using (torch.no_grad())
        {
            // Fresh weights make all tokens alike; larger ones make the model opinionated.
            foreach (var parameter in gpt.parameters())
            {
                parameter.mul_(6);
            }
        }

        generator = new TextGenerator(gpt, tokenizer);
    }

    [TearDown]
    public void Close()
    {
        gpt.Dispose();
        scope.Dispose();
    }

    [Test]
    public void Greedy_writing_takes_the_likeliest_token_of_the_whole_text_until_the_window_slides()
    {
        var text = new List<long>(tokenizer.Encode("go").Select(t => (long)t));
        gpt.eval();
        for (var i = 0; i < 20; i++)
        {
            var window = text.TakeLast(6).ToArray();
            text.Add(gpt.Logits(torch.tensor(window, [1, window.Length], device: torch.CPU))[0, -1].argmax().item<long>());
        }

        gpt.train();
        var written = generator.Tokens(tokenizer.Encode("go"), 20, SamplingOptions.Greedy).ToList();
        Assert.That(written, Is.EqualTo(text.Skip(2).Select(t => (int)t)));
        Assert.That(written.Distinct().Count(), Is.GreaterThan(1), "a text of one letter would prove little");
        Assert.That(gpt.training, Is.True);
    }

    [Test]
    public void The_same_seed_writes_the_same_text_and_another_another()
    {
        var first = generator.Generate("a", 40, seed: 1);
        torch.random.manual_seed(99).Dispose();
        Assert.That(generator.Generate("a", 40, seed: 1), Is.EqualTo(first));
        Assert.That(generator.Generate("a", 40, seed: 2), Is.Not.EqualTo(first));
        Assert.That(first, Has.Length.EqualTo(40));
    }

    [Test]
    public void The_text_arrives_piece_by_piece()
    {
        var pieces = new StringBuilder();
        var calls = 0;
        var text = generator.Generate("a", 12, seed: 3, onText: piece =>
        {
            pieces.Append(piece);
            calls++;
        });
        Assert.That(pieces.ToString(), Is.EqualTo(text));
        Assert.That(calls, Is.EqualTo(12));
    }

    [Test]
    public void Writing_ends_at_the_stop_token_which_is_no_part_of_the_text()
    {
        var whole = generator.Tokens(tokenizer.Encode("a"), 40, seed: 1).ToList();
        var stop = whole[10];
        var cut = generator.Tokens(tokenizer.Encode("a"), 40, seed: 1, stopToken: stop).ToList();
        Assert.That(cut, Is.EqualTo(whole.TakeWhile(token => token != stop)));
        Assert.That(generator.Generate("a", 40, seed: 1, stopToken: stop), Is.EqualTo(tokenizer.Decode([.. cut])));
    }

    [Test]
    public void Writing_can_be_cancelled_between_two_tokens()
    {
        using var source = new CancellationTokenSource();
        var text = new StringBuilder();
        Assert.That(
            () => generator.Generate("a", 1000, onText: piece =>
            {
                text.Append(piece);
                if (text.Length == 5)
                {
                    source.Cancel();
                }
            }, cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(text.Length, Is.EqualTo(5));
        Assert.That(gpt.training, Is.True);
    }

    [Test]
    public void No_tensor_is_left_behind()
    {
        var before = torch.Tensor.TotalCount;
        generator.Generate("a", 30);
        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Rows_of_the_model_beyond_the_vocabulary_are_never_chosen()
    {
        using var larger = new Gpt(Config with { VocabularySize = tokenizer.VocabularySize + 100 }, seed: 4, torch.CPU);
        var tokens = new TextGenerator(larger, tokenizer).Tokens([0], 300, new() { Temperature = 100 }, seed: 5);
        Assert.That(tokens.Max(), Is.LessThan(tokenizer.VocabularySize));
    }

    [Test]
    public void The_last_positions_logits_are_those_of_all_positions()
    {
        var tokens = TensorAssert.RandomTokens(1, tokenizer.VocabularySize, 3, 6);
        gpt.eval();
        TensorAssert.Near(gpt.NextLogits(tokens), gpt.Logits(tokens).select(1, 5), 1e-4);
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        using var bidirectional = new Gpt(Config with { Causal = false }, device: torch.CPU);
        using var small = new Gpt(Config with { VocabularySize = 5 }, device: torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => new TextGenerator(bidirectional, tokenizer), Throws.ArgumentException.With.Message.Contains("Causal"));
            Assert.That(() => new TextGenerator(small, tokenizer), Throws.ArgumentException.With.Message.Contains("do not belong together"));
            Assert.That(() => generator.Generate(""), Throws.ArgumentException.With.Message.Contains("at least one token"));
            Assert.That(() => generator.Tokens([99], 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.Tokens([0], -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.Tokens([0], 1, new() { TopP = 2 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
