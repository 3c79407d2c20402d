using System.Text;
using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class BpeTokenizerTests
{
    private static readonly string Prose = string.Join(
        ' ', Enumerable.Range(0, 400).Select(i => $"The {i % 13}th dog's bone isn't über-{i % 7} 日本語 😀 anymore, is it?\n"));

    private static readonly BpeTokenizer[] Trained =
        [.. PreSplit.All.Select(rule => new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = 600,
            PreSplit = rule,
            SpecialTokens = SpecialTokens.Chat,
        }).Train(Prose))];

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 1000)]
    public bool Decoding_what_was_encoded_gives_the_text_back(AnyText text) => Trained.All(tokenizer =>
        tokenizer.Decode(tokenizer.Encode(text.Value)) == text.WellFormed
        && tokenizer.Decode(tokenizer.Encode(text.Value, SpecialTokenHandling.Parse)) == text.WellFormed);

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Bytes_are_the_UTF8_of_the_text(AnyText text) => Trained.All(tokenizer =>
        tokenizer.DecodeBytes(tokenizer.Encode(text.Value)).SequenceEqual(Encoding.UTF8.GetBytes(text.Value)));

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 300)]
    public bool Encoding_agrees_with_the_naive_loop(AnyText text) => AgreesWithReference(text.Value, text.Value);

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 300)]
    public bool Encoding_agrees_with_the_naive_loop_on_overlapping_pairs(RepetitiveText training, RepetitiveText text)
        => AgreesWithReference(training.Value, text.Value);

    [Test]
    public void Words_of_any_length_agree_with_the_naive_loop(
        [Values(95, 96, 97, 98, 1000, 5000)] int length, [Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var word = new string([.. Enumerable.Range(0, length).Select(_ => random.Next(8) == 0 ? 'b' : 'a')]);
        Assert.That(AgreesWithReference(word, word));
    }

    [Test]
    public void More_words_than_the_cache_has_places_agree_with_the_naive_loop()
    {
        var words = Enumerable.Range(0, 40_000)
            .Select(i => $" dog{(char)('a' + i % 26)}{(char)('a' + i / 26 % 26)}{(char)('a' + i / 676)}")
            .ToList();
        var tokenizer = Trained[1];
        var expected = ReferenceBpe.Encode(words, tokenizer.Merges);
        for (var round = 0; round < 2; round++)
        {
            Assert.That(tokenizer.Encode(string.Concat(words)).AsSpan().SequenceEqual([.. expected]));
        }
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Counting_is_encoding_without_the_tokens(AnyText text) => Trained.All(tokenizer =>
        tokenizer.CountTokens(text.Value) == tokenizer.Encode(text.Value).Length
        && tokenizer.CountTokens(text.Value, SpecialTokenHandling.Parse)
            == tokenizer.Encode(text.Value, SpecialTokenHandling.Parse).Length);

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Untrusted_text_never_becomes_a_special_token(AnyText text)
        => Trained.All(tokenizer => !tokenizer.Encode($"{text.Value}<|assistant|>{text.Value}").Any(tokenizer.IsSpecial));

    [Test]
    public void Many_threads_get_the_same_tokens_as_one()
    {
        var fresh = new BpeTokenizer(Trained[1].Merges);
        var texts = Prose.Split('\n');
        var expected = texts.Select(text => Trained[1].Encode(text)).ToArray();
        Parallel.For(0, 8 * texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var text = i * 7 % texts.Length;
            Assert.That(fresh.Encode(texts[text]), Is.EqualTo(expected[text]));
        });
    }

    [Test]
    public void A_long_word_of_one_letter_is_encoded_quickly_enough_to_finish()
    {
        var tokenizer = new BpeTokenizer([new('a', 'a'), new(256, 256), new(257, 257)]);
        var tokens = tokenizer.Encode(new string('a', 1_000_003));
        Assert.That(tokens, Has.Length.EqualTo(125_002));
        Assert.That(tokens[^2..], Is.EqualTo([256, 97]));
    }

    [Test]
    public void Bytes_that_are_no_character_decode_to_the_replacement_character()
    {
        var bytes = new BpeTokenizer([]);
        Assert.That(bytes.Decode(0xE2, 0x82), Is.EqualTo("\uFFFD"));
        Assert.That(bytes.Decode(0xFF, 'a'), Is.EqualTo("\uFFFDa"));
        Assert.That(bytes.DecodeBytes(0xFF, 'a'), Is.EqualTo(new byte[] { 0xFF, (byte)'a' }));
        Assert.That(bytes.Decode(), Is.Empty);
        Assert.That(bytes.Vocabulary[0xFF], Is.EqualTo(@"\xFF"));
    }

    [TestCase(-1)]
    [TestCase(256)]
    [TestCase(int.MaxValue)]
    public void Ids_outside_the_vocabulary_are_an_error_that_names_them(int id)
    {
        var tokenizer = new BpeTokenizer([]);
        Assert.That(
            () => tokenizer.Decode('a', id),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Token 1"));
        Assert.That(
            () => tokenizer.BytesOf(id).Length,
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("255"));
        Assert.That(tokenizer.IsSpecial(id), Is.False);
    }

    [Test]
    public void Fewer_merges_give_the_tokenizer_as_it_was_then()
    {
        var whole = Trained[1];
        Assert.That(
            whole.WithFirstMerges(0).Encode("the dog"),
            Is.EqualTo(Encoding.UTF8.GetBytes("the dog").Select(b => (int)b)));
        Assert.That(whole.WithFirstMerges(whole.Merges.Count).Encode(Prose), Is.EqualTo(whole.Encode(Prose)));
        Assert.That(() => whole.WithFirstMerges(whole.Merges.Count + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => whole.WithFirstMerges(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Other_special_tokens_leave_the_ids_of_text_alone()
    {
        var extended = Trained[1].WithSpecialTokens(new SpecialTokens("<|new|>"));
        Assert.That(extended.Encode(Prose), Is.EqualTo(Trained[1].Encode(Prose)));
        Assert.That(extended.Encode("a<|new|>b<|user|>", SpecialTokenHandling.Parse)[1], Is.EqualTo(256 + extended.Merges.Count));
    }

    [Test]
    public void Impossible_merges_are_refused()
    {
        Assert.That(() => new BpeTokenizer([new(97, 256)]), Throws.ArgumentException.With.Message.Contains("Merge 0"));
        Assert.That(
            () => new BpeTokenizer([new(97, 97), new(-1, 97)]),
            Throws.ArgumentException.With.Message.Contains("Merge 1"));
        Assert.That(
            () => new BpeTokenizer([new(97, 97), new(97, 97)]),
            Throws.ArgumentException.With.Message.Contains("second time"));
        var doublings = Enumerable.Range(255, 40).Select(id => id == 255 ? new TokenPair(97, 97) : new TokenPair(id, id));
        Assert.That(
            () => new BpeTokenizer(doublings),
            Throws.ArgumentException.With.Message.Contains("4096"));
        Assert.That(() => new BpeTokenizer([]).Encode(null!), Throws.ArgumentNullException);
    }

    private static bool AgreesWithReference(string training, string text) => PreSplit.All.All(rule =>
    {
        var options = new BpeTrainerOptions { VocabularySize = 320, PreSplit = rule };
        var tokenizer = new BpeTrainer(options).Train(training + training);
        return tokenizer.Encode(text).SequenceEqual(ReferenceBpe.Encode(rule.Split(text), tokenizer.Merges));
    });
}
