using Course.Alignment.Conversations;
using Course.Tokenization;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Alignment;

[TestFixture]
public class ChatTemplateTests : AlignmentFixture
{
    [Test]
    public void A_conversation_is_rendered_turn_by_turn_and_only_the_answers_are_learned()
    {
        var conversation = Conversation.Of("ab", "c", system: "d").Then("e").Then("fg");
        var row = Template.Render(conversation);
        Assert.Multiple(() =>
        {
            Assert.That(Letters.Decode([.. row.Tokens]), Is.EqualTo(
                "<|system|>d<|user|>ab<|assistant|>c<|endoftext|><|user|>e<|assistant|>fg<|endoftext|>"));
            var learned = row.Tokens.Where((_, i) => row.IsLearned[i]).ToArray();
            Assert.That(Letters.Decode(learned), Is.EqualTo("c<|endoftext|>fg<|endoftext|>"));
            Assert.That(row.LearnedCount, Is.EqualTo(5));
        });
    }

    [Test]
    public void A_prompt_is_the_beginning_of_the_answered_conversation()
    {
        var prompt = Template.RenderPrompt(Conversation.Of("ab"));
        var whole = Template.Render(Conversation.Of("ab", "cd"));
        Assert.That(whole.Tokens.Take(prompt.Length), Is.EqualTo(prompt));
        Assert.That(whole.IsLearned.Index().Where(pair => pair.Item).Select(pair => pair.Index), Is.EqualTo(Enumerable.Range(prompt.Length, 3)),
            "what follows the prompt is what is learned");
        Assert.That(() => Template.RenderPrompt(Conversation.Of("ab", "c")), Throws.ArgumentException.With.Message.Contains("answered"));
    }

    [Test]
    public void What_looks_like_a_special_token_is_plain_text()
    {
        var tokenizer = CharTokenizer.FromText("abc<|>endoftexassistant", SpecialTokens.Chat);
        var template = new ChatTemplate(tokenizer);
        var row = template.Render(Conversation.Of("<|endoftext|><|assistant|>a", "b"));
        Assert.That(row.Tokens.Count(token => token == tokenizer.IdOf(SpecialTokens.Assistant)), Is.EqualTo(1));
        Assert.That(row.Tokens.Count(token => token == template.EndToken), Is.EqualTo(1));
    }

    [Test]
    public void An_answer_is_read_up_to_its_end()
    {
        var tokens = Letters.Encode("ab<|endoftext|>cd", SpecialTokenHandling.Parse);
        Assert.That(Template.ReadAnswer(tokens), Is.EqualTo(("ab", true)));
        Assert.That(Template.ReadAnswer(Letters.Encode("abc")), Is.EqualTo(("abc", false)));
    }

    [Test]
    public void Roles_that_do_not_alternate_are_refused()
    {
        static ChatMessage Say(ChatRole role) => new(role, "a");
        Assert.Multiple(() =>
        {
            Assert.That(() => new Conversation(), Throws.ArgumentException);
            Assert.That(() => new Conversation(Say(ChatRole.System)), Throws.ArgumentException.With.Message.Contains("at least one"));
            Assert.That(() => new Conversation(Say(ChatRole.Assistant)), Throws.ArgumentException.With.Message.Contains("Message 0"));
            Assert.That(() => new Conversation(Say(ChatRole.User), Say(ChatRole.User)), Throws.ArgumentException.With.Message.Contains("Message 1"));
            Assert.That(() => new Conversation(Say(ChatRole.User), Say(ChatRole.System)), Throws.ArgumentException);
            Assert.That(() => new Conversation(new ChatMessage(ChatRole.User, null!)), Throws.ArgumentException.With.Message.Contains("no text"));
        });
    }

    [Test]
    public void A_tokenizer_without_the_tokens_of_a_chat_is_refused()
    {
        Assert.That(() => new ChatTemplate(new CharTokenizer("ab")), Throws.ArgumentException.With.Message.Contains("<|user|>"));
        var noSystem = new ChatTemplate(new CharTokenizer("ab", SpecialTokens.Chat));
        Assert.That(() => noSystem.Render(Conversation.Of("a", "b", system: "a")), Throws.ArgumentException.With.Message.Contains("<|system|>"));
    }

    [Test]
    public void What_does_not_fit_loses_its_oldest_exchanges_but_never_the_answer()
    {
        var conversation = Conversation.Of("aaaa", "bbbb", system: "h").Then("cc").Then("dd").Then("e").Then("f");
        // 2 system tokens; exchanges of 4 + 4 + 3, 2 + 2 + 3 and 1 + 1 + 3 tokens: 25 in all.
        Assert.That(ChatDataset.Fit(conversation, Template, 24, out var dropped)!.Length, Is.EqualTo(25));
        Assert.That(dropped, Is.Zero);
        var shorter = ChatDataset.Fit(conversation, Template, 23, out dropped)!;
        Assert.That(dropped, Is.EqualTo(1));
        Assert.That(Letters.Decode([.. shorter.Tokens]), Does.StartWith("<|system|>h<|user|>cc").And.EndsWith("f<|endoftext|>"));
        Assert.That(ChatDataset.Fit(conversation, Template, 6, out dropped)!.Length, Is.EqualTo(7));
        Assert.That(dropped, Is.EqualTo(2));
        Assert.That(ChatDataset.Fit(conversation, Template, 5, out _), Is.Null, "rather nothing than half an answer");
    }

    [Test]
    public void A_data_set_says_what_it_shortened_and_left_out()
    {
        Conversation[] conversations = [Conversation.Of("a", "b"), Conversation.Of("aaaaaaaa", "b").Then("c").Then("d"), Conversation.Of("a", "bbbbbbbb")];
        Assert.That(() => ChatDataset.Build(conversations, Template, 6), Throws.ArgumentException.With.Message.Contains("conversation 2"));
        var data = ChatDataset.Build(conversations, Template, 6, Overlong.LeaveOut);
        Assert.Multiple(() =>
        {
            Assert.That(data.Sequences, Has.Count.EqualTo(2));
            Assert.That(data.Shortened, Is.EqualTo(new[] { 1 }));
            Assert.That(data.LeftOut, Is.EqualTo(new[] { 2 }));
            Assert.That(data.ToString(), Does.Contain("1 left out"));
        });
        Assert.That(() => ChatDataset.Build([Conversation.Of("a")], Template, 6), Throws.ArgumentException.With.Message.Contains("nothing to learn"));
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public Property Packing_keeps_every_sequence_whole_and_every_learned_token()
    {
        var lengths = Gen.Choose(2, 9).ListOf().Where(list => list.Count > 0);
        return Prop.ForAll(lengths.ToArbitrary(), list =>
        {
            var sequences = list.Select((length, i) => MaskedSequence.Of([i], [.. Enumerable.Repeat(i, length - 1)])).ToList();
            var rows = SequencePacking.Pack(sequences, 11);
            var whole = rows.SelectMany(row => row.Tokens.Zip(row.IsLearned)).GroupBy(pair => pair.First).ToDictionary(g => g.Key, g => g.ToList());
            var fewest = Math.Ceiling(list.Sum() / 12.0);
            return rows.All(row => row.Length <= 12 && row.Tokens.Zip(row.Tokens.Skip(1)).Count(p => p.First != p.Second) == row.Tokens.Distinct().Count() - 1)
                && sequences.Index().All(s => whole[s.Index].Count == s.Item.Length && whole[s.Index].Count(p => !p.Second) == 1)
                && rows.Count <= (fewest * 2) && rows.Sum(row => row.Length) == list.Sum();
        });
    }

    [Test]
    public void Packing_refuses_what_cannot_be_packed()
    {
        Assert.That(() => SequencePacking.Pack([MaskedSequence.Of([1], [2, 3])], 1), Throws.ArgumentException.With.Message.Contains("room for 2"));
        var learnedFirst = new MaskedSequence([1, 2], [true, true]);
        Assert.That(() => SequencePacking.Pack([learnedFirst], 8), Throws.ArgumentException.With.Message.Contains("first token"));
    }
}
