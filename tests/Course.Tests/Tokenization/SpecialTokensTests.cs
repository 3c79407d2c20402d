using Course.Tokenization;
using NUnit.Framework;

namespace Course.Tests.Tokenization;

public sealed class SpecialTokensTests
{
    private static readonly BpeTokenizer Chat = new([], SpecialTokens.Chat);

    [Test]
    public void By_default_they_are_text()
        => Assert.That(Chat.Encode("<|user|>"), Is.EqualTo("<|user|>".Select(c => (int)c)));

    [Test]
    public void They_are_parsed_on_request()
    {
        var tokens = Chat.Encode("<|user|>hi<|assistant|><|assistant|>x<|endoftext|>", SpecialTokenHandling.Parse);
        Assert.That(tokens, Is.EqualTo([257, 'h', 'i', 258, 258, 'x', 256]));
        Assert.That(Chat.IsSpecial(tokens[0]));
        Assert.That(Chat.IsSpecial(tokens[1]), Is.False);
        Assert.That(Chat.Decode(tokens), Is.EqualTo("<|user|>hi<|assistant|><|assistant|>x<|endoftext|>"));
    }

    [Test]
    public void They_are_rejected_on_request()
    {
        Assert.That(
            () => Chat.Encode("hello <|user|>", SpecialTokenHandling.Reject),
            Throws.ArgumentException.With.Message.Contains("<|user|>").And.Message.Contains("character 6"));
        Assert.That(() => Chat.CountTokens("<|pad|>", SpecialTokenHandling.Reject), Throws.ArgumentException);
        Assert.That(Chat.Encode("<|user", SpecialTokenHandling.Reject), Has.Length.EqualTo(6));
    }

    [Test]
    public void The_longest_of_those_that_begin_together_is_found()
    {
        var tokenizer = new BpeTokenizer([], new SpecialTokens("<a", "<ab>", "<ab"));
        Assert.That(tokenizer.Encode("<ab><abx<ax", SpecialTokenHandling.Parse), Is.EqualTo([257, 258, 'x', 256, 'x']));
    }

    [Test]
    public void Ids_follow_the_order_of_the_set()
    {
        Assert.That(SpecialTokens.Chat.Select(Chat.IdOf), Is.EqualTo([256, 257, 258, 259]));
        Assert.That(
            () => Chat.IdOf(SpecialTokens.Mask),
            Throws.ArgumentException.With.Message.Contains("<|mask|>").And.Message.Contains("<|pad|>"));
    }

    [Test]
    public void What_is_no_text_cannot_be_a_special_token()
    {
        foreach (var text in new[] { "", "x\uD800", "\uDC00x" })
        {
            Assert.That(() => new SpecialTokens("fine", text), Throws.ArgumentException.With.Message.Contains("Special token 1"));
        }
    }

    [Test]
    public void Repetition_and_excess_are_refused()
    {
        Assert.That(() => new SpecialTokens("a", "a"), Throws.ArgumentException.With.Message.Contains("twice"));
        Assert.That(() => new SpecialTokens(new string('x', 257)), Throws.ArgumentException);
        Assert.That(() => new SpecialTokens(Enumerable.Range(0, int.MaxValue).Select(i => $"{i}")), Throws.ArgumentException);
    }
}
