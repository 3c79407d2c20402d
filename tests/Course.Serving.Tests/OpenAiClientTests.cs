using System.ClientModel;
using System.Text;
using NUnit.Framework;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Course.Serving.Tests;

/// <summary>The official client of OpenAI talks to the server as it talks to OpenAI's.</summary>
public sealed class OpenAiClientTests : ServedModel
{
    private ChatClient Chat(string model = "tiny") => new(model, new ApiKeyCredential("none"), ClientOptions);

    private OpenAIClientOptions ClientOptions => new() { Endpoint = new Uri(Server.Address, "/v1") };

    private static ChatMessage[] Question => [ChatMessage.CreateUserMessage("Hello?")];

    [Test]
    public async Task A_question_is_answered()
    {
        ChatCompletion answer = await Chat().CompleteChatAsync(Question, new ChatCompletionOptions { MaxOutputTokenCount = 20, Seed = 1 });
        Assert.Multiple(() =>
        {
            Assert.That(answer.Model, Is.EqualTo("tiny"));
            Assert.That(answer.Role, Is.EqualTo(ChatMessageRole.Assistant));
            Assert.That(answer.Content.Single().Text, Is.Not.Empty);
            Assert.That(answer.FinishReason, Is.EqualTo(answer.Usage.OutputTokenCount < 20 ? ChatFinishReason.Stop : ChatFinishReason.Length));
            Assert.That(answer.Usage.InputTokenCount, Is.EqualTo("Hello?".Length + 2), "the letters and the two turns");
            Assert.That(answer.Usage.TotalTokenCount, Is.EqualTo(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount));
        });
    }

    [Test]
    public async Task The_same_seed_gives_the_same_answer_whole_or_streamed_and_greedy_needs_none()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 40, Seed = 7 };
        ChatCompletion first = await Chat().CompleteChatAsync(Question, options);
        ChatCompletion second = await Chat().CompleteChatAsync(Question, options);
        Assert.That(second.Content[0].Text, Is.EqualTo(first.Content[0].Text));

        var streamed = new StringBuilder();
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat().CompleteChatStreamingAsync(Question, options))
        {
            streamed.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            reason ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.That(streamed.ToString(), Is.EqualTo(first.Content[0].Text));
        Assert.That(reason, Is.EqualTo(first.FinishReason));
        Assert.That(usage!.OutputTokenCount, Is.EqualTo(first.Usage.OutputTokenCount), "this client asks for it");

        ChatCompletion other = await Chat("other").CompleteChatAsync(Question, options);
        Assert.That(other.Content[0].Text, Is.Not.EqualTo(first.Content[0].Text), "another model");
        var greedy = new ChatCompletionOptions { MaxOutputTokenCount = 40, Temperature = 0 };
        ChatCompletion one = await Chat().CompleteChatAsync(Question, greedy);
        ChatCompletion two = await Chat().CompleteChatAsync(Question, greedy);
        Assert.That(two.Content[0].Text, Is.EqualTo(one.Content[0].Text));
    }

    [Test]
    public async Task Token_probabilities_belong_to_the_tokens_of_the_answer()
    {
        ChatCompletion answer = await Chat().CompleteChatAsync(
            Question, new ChatCompletionOptions { MaxOutputTokenCount = 12, Temperature = 0, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 });
        var tokens = answer.ContentTokenLogProbabilities;
        Assert.That(tokens, Has.Count.EqualTo(answer.Usage.OutputTokenCount));
        Assert.That(string.Concat(tokens.Select(token => token.Token)), Is.EqualTo(answer.Content[0].Text));
        foreach (var token in tokens)
        {
            Assert.That(token.LogProbability, Is.LessThanOrEqualTo(0));
            Assert.That(token.TopLogProbabilities, Has.Count.EqualTo(3));
            Assert.That(token.TopLogProbabilities[0].Token, Is.EqualTo(token.Token), "greedy takes the likeliest");
            Assert.That(token.TopLogProbabilities.Select(top => top.LogProbability), Is.Ordered.Descending);
        }
    }

    [Test]
    public async Task A_stop_sequence_ends_the_answer_and_is_no_part_of_it()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 60, Seed = 3 };
        ChatCompletion whole = await Chat().CompleteChatAsync(Question, options);
        var text = whole.Content[0].Text;
        options.StopSequences.Add(text[10..13]);
        ChatCompletion cut = await Chat().CompleteChatAsync(Question, options);
        Assert.That(cut.Content[0].Text, Is.EqualTo(text[..text.IndexOf(text[10..13], StringComparison.Ordinal)]));
        Assert.That(cut.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
    }

    [Test]
    public async Task A_conversation_with_rules_and_a_past_is_read()
    {
        ChatCompletion answer = await Chat().CompleteChatAsync(
            [
                ChatMessage.CreateSystemMessage("Be kind."), ChatMessage.CreateUserMessage("Hello?"),
                ChatMessage.CreateAssistantMessage("Hello."), ChatMessage.CreateUserMessage("And you?"),
            ],
            new ChatCompletionOptions { MaxOutputTokenCount = 5, Seed = 1 });
        // The rules stand before the first question, with an empty line between; each turn has a token that opens it, an answer one that ends it.
        Assert.That(answer.Usage.InputTokenCount, Is.EqualTo("Be kind.\n\nHello?".Length + "Hello.".Length + "And you?".Length + 5));
    }

    [Test]
    public async Task The_models_are_listed()
    {
        var client = new OpenAIModelClient(new ApiKeyCredential("none"), ClientOptions);
        OpenAIModelCollection models = await client.GetModelsAsync();
        Assert.That(models.Select(model => model.Id), Is.EqualTo(new[] { "tiny", "other" }));
        OpenAIModel one = await client.GetModelAsync("other");
        Assert.That(one.Id, Is.EqualTo("other"));
    }

    [Test]
    public void Errors_reach_the_client_with_their_code()
    {
        var unknown = Assert.Throws<ClientResultException>(() => Chat("huge").CompleteChat(Question))!;
        Assert.That(unknown.Status, Is.EqualTo(404));
        Assert.That(unknown.Message, Does.Contain("model_not_found").And.Contain("tiny, other"));
        var tooLong = Assert.Throws<ClientResultException>(() => Chat().CompleteChat([ChatMessage.CreateUserMessage(new string('a', 600))]))!;
        Assert.That(tooLong.Status, Is.EqualTo(400));
        Assert.That(tooLong.Message, Does.Contain("context_length_exceeded"));
    }
}
