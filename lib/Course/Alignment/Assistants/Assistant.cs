using Course.Alignment.Chain;
using Course.Alignment.Conversations;
using Course.Generation;
using Course.Generation.Fast;
using Course.Models;
using Course.Runtime;
using Course.Tokenization;

namespace Course.Alignment.Assistants;

/// <summary>
/// A fine-tuned model that one can talk to: it reads a conversation, writes the answer token by token, and ends it when it has
/// finished. Not for several threads at once: make one for each.
/// </summary>
public sealed class Assistant : IDisposable
{
    private readonly FastDecoder decoder;
    private readonly ITokenizer tokenizer;
    private readonly ChatTemplate template;
    private readonly int[] forbidden;
    private readonly bool hasSystemToken;

    /// <summary>Makes a model ready to talk; its numbers are copied.</summary>
    /// <param name="model">A fine-tuned model.</param>
    /// <param name="tokenizer">Its tokenizer, with the special tokens of a chat.</param>
    /// <exception cref="ArgumentException">Model and tokenizer do not belong together, or the tokenizer is none for chats.</exception>
    public Assistant(Gpt model, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but the model knows only {model.VocabularySize}: they do not belong "
                + "together.", nameof(tokenizer));
        }

        this.tokenizer = tokenizer;
        template = new ChatTemplate(tokenizer);
        // An answer has no turns in it, and no padding.
        forbidden = [.. tokenizer.SpecialTokens.Select(tokenizer.IdOf).Where(token => token != template.EndToken)];
        hasSystemToken = tokenizer.SpecialTokens.Contains(SpecialTokens.SystemTurn);
        decoder = FastDecoder.From(model, threads: 1);
    }

    /// <summary>The most tokens of question and answer together.</summary>
    public int BlockSize => decoder.BlockSize;

    /// <summary>Knows the tokens.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <summary>Makes assistants from a model of a chain, for as many threads.</summary>
    /// <param name="folder">The chain's folder.</param>
    /// <param name="model">The name of the model: one of <see cref="ChainFolder.Assistants"/>.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IReadOnlyList<Assistant> Load(ChainFolder folder, string model, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var tokenizer = folder.LoadTokenizer();
        using var gpt = folder.LoadModel(model);
        return [.. Enumerable.Range(0, count).Select(_ => new Assistant(gpt, tokenizer))];
    }

    /// <summary>Answers.</summary>
    /// <param name="conversation">It ends with the user's question. Its oldest exchanges are dropped when there is no room for them.</param>
    /// <param name="options">How; with a little less chance than the model's own when left out.</param>
    /// <param name="onPiece">Gets each token as soon as it is written.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <exception cref="ArgumentException">The assistant has the last word already, or the question alone is too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Answer Answer(
        Conversation conversation, AnswerOptions? options = null, Action<AnswerPiece>? onPiece = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        options = (options ?? new AnswerOptions()).Validated();
        var (prompt, dropped) = Prompt(conversation);
        var certain = "";
        var output = new TextOutput(tokenizer, options.Stop, text => certain += text);
        var random = new Random(options.Seed);
        var text = new List<int>(prompt);
        var room = Math.Min(options.MaxTokens, BlockSize - prompt.Length);
        decoder.Rewind();
        var logits = Next(decoder.Read(prompt));
        for (var written = 1; ; written++)
        {
            Interruption.Point(cancellation);
            var token = Sampler.Next(logits, options.Sampling, random, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
            if (token == template.EndToken)
            {
                return End(AnswerEnd.Complete, written - 1);
            }

            text.Add(token);
            var goesOn = output.Append(token);
            onPiece?.Invoke(Piece(token, logits, options.Alternatives, Take()));
            if (!goesOn)
            {
                return End(AnswerEnd.Complete, written);
            }

            if (written == room)
            {
                return End(AnswerEnd.Length, written);
            }

            logits = Next(decoder.Read(token));
        }

        string Take()
        {
            var piece = certain;
            certain = "";
            return piece;
        }

        Answer End(AnswerEnd end, int tokens)
        {
            var whole = output.End();
            if (Take() is { Length: > 0 } rest)
            {
                onPiece?.Invoke(new AnswerPiece(rest, null, []));
            }

            return new Answer(whole, end, prompt.Length, tokens, dropped);
        }
    }

    /// <summary>Frees the model's memory.</summary>
    public void Dispose() => decoder.Dispose();

    private static AnswerPiece Piece(int token, float[] logits, int alternatives, string text)
    {
        var logs = SoftmaxNumbers.LogProbabilities(logits);
        return new AnswerPiece(
            text,
            new TokenChance(token, logs[token]),
            alternatives == 0 ? [] : [.. logs.Index().OrderByDescending(pair => pair.Item).Take(alternatives).Select(pair => new TokenChance(pair.Index, pair.Item))]);
    }

    // A model may have more rows than the tokenizer has tokens, to make its tables a round size: those are never chosen.
    private float[] Next(ReadOnlySpan<float> logits)
    {
        var own = logits[..tokenizer.VocabularySize].ToArray();
        foreach (var token in forbidden)
        {
            own[token] = float.NegativeInfinity;
        }

        return own;
    }

    private (int[] Prompt, int Dropped) Prompt(Conversation conversation)
    {
        var dropped = 0;
        for (var rest = conversation; rest is not null; rest = rest.WithoutOldestExchange(), dropped++)
        {
            if (template.RenderPrompt(hasSystemToken ? rest : WithoutSystem(rest)) is var tokens && tokens.Length < BlockSize)
            {
                return (tokens, dropped);
            }
        }

        throw new ArgumentException($"The question is too long: with it, the model would have no room for an answer in its {BlockSize} tokens.", nameof(conversation));
    }

    // A model that was never taught what a system message is reads it as a part of the first question.
    private static Conversation WithoutSystem(Conversation conversation)
    {
        var messages = conversation.Messages;
        return messages[0].Role == ChatRole.System
            ? new Conversation([messages[1] with { Text = $"{messages[0].Text}\n\n{messages[1].Text}" }, .. messages.Skip(2)])
            : conversation;
    }
}
