using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class CharTokenizerTests
{
    [Test]
    public void Ids_are_in_the_order_of_the_code_points()
    {
        var tokenizer = CharTokenizer.FromText("hello 😀");
        Assert.That(tokenizer.Characters, Is.EqualTo(" ehlo😀"));
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(6));
        Assert.That(tokenizer.Encode("hello😀"), Is.EqualTo([2, 1, 3, 3, 4, 5]));
        Assert.That(tokenizer.Vocabulary, Is.EqualTo([" ", "e", "h", "l", "o", "😀"]));
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Decoding_what_was_encoded_gives_the_text_back(AnyText text)
    {
        var tokenizer = CharTokenizer.FromText(text.Value, SpecialTokens.Chat);
        return tokenizer.Decode(tokenizer.Encode(text.Value)) == text.WellFormed
            && tokenizer.Decode(tokenizer.Encode(text.Value, SpecialTokenHandling.Parse)) == text.WellFormed
            && tokenizer.CountTokens(text.Value) == text.Value.EnumerateRunes().Count();
    }

    [Test]
    public void An_unknown_character_is_an_error_that_shows_it_and_its_place()
    {
        var tokenizer = CharTokenizer.FromText("abc");
        Action[] attempts = [() => tokenizer.Encode("abcé"), () => tokenizer.CountTokens("abcé")];
        foreach (var attempt in attempts)
        {
            Assert.That(
                () => attempt(),
                Throws.ArgumentException.With.Message.Contains("'é' (U+00E9)").And.Message.Contains("position 3"));
        }

        Assert.That(() => tokenizer.Encode("\n"), Throws.ArgumentException.With.Message.Contains("U+000A"));
    }

    [Test]
    public void With_the_unknown_token_every_text_can_be_encoded()
    {
        var tokenizer = CharTokenizer.FromText("abc", new SpecialTokens(SpecialTokens.EndOfText, SpecialTokens.Unknown));
        Assert.That(tokenizer.Encode("a😀b"), Is.EqualTo([0, 4, 1]));
        Assert.That(tokenizer.CountTokens("a😀b"), Is.EqualTo(3));
        Assert.That(tokenizer.Decode(0, 4), Is.EqualTo("a<|unknown|>"));
    }

    [Test]
    public void Special_tokens_are_parsed_on_request()
    {
        var tokenizer = new CharTokenizer("ab", new SpecialTokens(SpecialTokens.EndOfText));
        Assert.That(tokenizer.Encode("a<|endoftext|>b", SpecialTokenHandling.Parse), Is.EqualTo([0, 2, 1]));
    }

    [Test]
    public void Impossible_vocabularies_are_refused()
    {
        Assert.That(() => new CharTokenizer("aba"), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => new CharTokenizer("a\uD83D"), Throws.ArgumentException.With.Message.Contains("Character 1"));
        Assert.That(() => new CharTokenizer(null!), Throws.ArgumentNullException);
        Assert.That(CharTokenizer.FromText(string.Empty).VocabularySize, Is.Zero);
    }
}
