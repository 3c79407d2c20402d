using System.Text;
using Course.Generation;
using Course.Generation.Fast;
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
        generator.GenerateBatch(["a", "bcd"], 10);
        generator.BeamSearch("a", 10);
        foreach (var unused in generator.Tokens([1], 10))
        {
            break; // given up half way
        }

        Assert.That(torch.Tensor.TotalCount, Is.EqualTo(before));
    }

    [TestCase("gpt2")]
    [TestCase("llama")]
    [TestCase("alibi")]
    [TestCase("sinusoidal")]
    public void Neither_the_cache_nor_the_fast_decoder_changes_what_is_written(string style)
    {
        foreach (var policy in Enum.GetValues<FullContext>())
        {
            using var model = Models.Make(style, tokenizer.VocabularySize);
            using var decoder = FastDecoder.From(model);
            var uncached = new TextGenerator(model, tokenizer) { UseCache = false, FullContext = policy };
            var cached = new TextGenerator(model, tokenizer) { FullContext = policy };
            var fast = new TextGenerator(decoder, tokenizer) { FullContext = policy };
            var options = new SamplingOptions { RepetitionPenalty = 1.1, TopK = 20 };
            var expected = uncached.Tokens([1, 2, 3], 60, options, seed: 7).ToList(); // five times the context
            Assert.That(cached.Tokens([1, 2, 3], 60, options, seed: 7), Is.EqualTo(expected), $"{policy}");
            Assert.That(fast.Tokens([1, 2, 3], 60, options, seed: 7), Is.EqualTo(expected), $"{policy}");
            Assert.That(expected.Distinct().Count(), Is.GreaterThan(5));
        }
    }

    [Test]
    public void A_full_window_jumps_by_half()
    {
        var lengths = Enumerable.Range(1, 20).Select(length => length - Windows.Start(length, 6, FullContext.Halve));
        Assert.That(lengths, Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5 }));
        Assert.That(Windows.Start(5, 1, FullContext.Halve), Is.EqualTo(4));
        Assert.That(Windows.Start(9, 6, FullContext.Slide), Is.EqualTo(3));
    }

    [TestCase("gpt2")]
    [TestCase("llama")]
    [TestCase("alibi")]
    public void Each_text_of_a_batch_is_written_as_if_it_were_alone(string style)
    {
        using var model = Models.Make(style, tokenizer.VocabularySize);
        string[] prompts = ["a", "once upon a time there was", "go.", "hello wor"];
        foreach (var policy in Enum.GetValues<FullContext>())
        {
            foreach (var useCache in new[] { true, false })
            {
                var writer = new TextGenerator(model, tokenizer) { FullContext = policy, UseCache = useCache };
                var alone = prompts.Select((prompt, i) => writer.Generate(prompt, 30, seed: 3 + i, stopToken: 5, stop: ["xz", "q"])).ToList();
                Assert.That(writer.GenerateBatch(prompts, 30, seed: 3, stopToken: 5, stop: ["xz", "q"]), Is.EqualTo(alone), $"{policy}");
                Assert.That(alone.Select(text => text.Length).Distinct().Count(), Is.GreaterThan(1), "they end at different times");
            }
        }
    }

    [Test]
    public void Logits_with_padding_are_those_of_each_text_alone([ValueSource(typeof(Models), nameof(Models.Styles))] string style)
    {
        using var model = Models.Make(style);
        using var cached = new CachedModel(model);
        using var uncached = new UncachedModel(model);
        var texts = new List<int[]> { new[] { 1, 2, 3, 4, 5 }, new[] { 6 }, new[] { 7, 8, 9 } };
        for (var step = 0; step < 5; step++)
        {
            var (rows, expected) = (cached.NextLogits(texts), uncached.NextLogits(texts));
            for (var i = 0; i < texts.Count; i++)
            {
                Assert.That(rows[i], Is.EqualTo(expected[i]).Within(1e-4f), $"step {step}, text {i}");
            }

            // From now on in another order, as in beam search, and once a text that has nothing to do with the ones before.
            texts = [[.. texts[2], step], [.. texts[0], step + 1], step == 3 ? [9, 9] : [.. texts[1], step + 2]];
        }
    }

    [Test]
    public void A_stop_string_ends_the_text_wherever_its_tokens_begin()
    {
        var whole = generator.Generate("a", 40, seed: 1);
        var stop = whole.Substring(10, 3);
        var shown = new StringBuilder();
        var cut = generator.Generate("a", 40, seed: 1, stop: ["never there", stop], onText: piece => shown.Append(piece));
        Assert.That(cut, Is.EqualTo(whole[..whole.IndexOf(stop, StringComparison.Ordinal)]));
        Assert.That(shown.ToString(), Is.EqualTo(cut));
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
            Assert.That(() => generator.GenerateBatch(["a", ""]), Throws.ArgumentException);
            Assert.That(() => generator.BeamSearch("a", beams: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.BeamSearch("a", lengthPenalty: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.BeamSearch("a", maxTokens: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.Generate("a", stop: [""]), Throws.ArgumentException);
            Assert.That(() => new CachedModel(bidirectional), Throws.ArgumentException.With.Message.Contains("Causal"));
            Assert.That(() => generator.Tokens([99], 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.Tokens([0], -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => generator.Tokens([0], 1, new() { TopP = 2 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
