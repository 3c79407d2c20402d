using Course.Data;
using Course.Generation;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// Lets a policy complete many prompts at once. Tokens are drawn from the whole distribution at a temperature, never from a filtered
/// one: the probability of a sample must be the one the policy gradient is computed with.
/// </summary>
/// <remarks>
/// Shorter prompts are padded on the left, where nobody looks at the padding, and every token keeps the position it has without
/// padding. Each row draws from a random stream of its own, so a completion does not depend on its neighbours.
/// </remarks>
public sealed class CompletionSampler
{
    private readonly SamplingOptions sampling;

    /// <summary>Describes the sampling.</summary>
    /// <param name="endToken">The token that ends a completion.</param>
    /// <param name="padToken">The token that fills rows; another one, or a policy that learned to pad would never end.</param>
    /// <param name="maxTokens">The most tokens of a completion.</param>
    /// <param name="temperature">Above 0; 1 for the model's own probabilities.</param>
    /// <exception cref="ArgumentException">End and padding are the same token, or a number is out of its range.</exception>
    public CompletionSampler(int endToken, int padToken, int maxTokens, double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        ArgumentOutOfRangeException.ThrowIfNegative(padToken);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        if (endToken == padToken)
        {
            throw new ArgumentException(
                $"Token {endToken} cannot both end a completion and fill rows: padding would be taken for the end, or the end for padding.",
                nameof(padToken));
        }

        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A policy that is to explore has a positive temperature.");
        }

        (EndToken, PadToken, MaxTokens, Temperature) = (endToken, padToken, maxTokens, temperature);
        sampling = new SamplingOptions { Temperature = temperature };
    }

    /// <summary>The token that ends a completion.</summary>
    public int EndToken { get; }

    /// <summary>The token that fills rows.</summary>
    public int PadToken { get; }

    /// <summary>The most tokens of a completion.</summary>
    public int MaxTokens { get; }

    /// <summary>The temperature of the sampling.</summary>
    public double Temperature { get; }

    /// <summary>Completes prompts.</summary>
    /// <param name="policy">The policy; dropout is off while it writes.</param>
    /// <param name="prompts">At least one; each of at least one token.</param>
    /// <param name="seed">The same seed gives the same completions.</param>
    /// <param name="firstStream">The number of the first row's random stream, the others following.</param>
    /// <returns>One completion per prompt, in order.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, or too long for the policy to complete.</exception>
    public IReadOnlyList<Completion> Sample(Gpt policy, IReadOnlyList<int[]> prompts, long seed, long firstStream = 0)
    {
        ArgumentNullException.ThrowIfNull(policy);
        CheckPrompts(policy, prompts);
        using var scope = torch.NewDisposeScope();
        using var evaluating = policy.Evaluating();
        var rows = prompts.Count;
        var width = prompts.Max(prompt => prompt.Length);
        var streams = Enumerable.Range(0, rows).Select(row => SplitMix64.For(seed, firstStream + row)).ToArray();
        var written = Enumerable.Range(0, rows).Select(_ => new List<int>()).ToArray();
        var ended = new bool[rows];
        using var cache = policy.NewCache(rows, width + MaxTokens);
        var (input, isReal, places) = PadLeft(prompts, width, policy.Device);
        for (var t = 0; ; t++)
        {
            using var step = torch.NewDisposeScope();
            var logits = policy.NextLogits(input, cache, isReal, places).cpu().data<float>().ToArray(); // rows × vocabulary
            var next = new long[rows];
            for (var row = 0; row < rows; row++)
            {
                next[row] = PadToken;
                if (!ended[row])
                {
                    var own = logits.AsSpan(row * policy.VocabularySize, policy.VocabularySize);
                    var token = Sampler.Draw(Sampler.Probabilities(own, sampling), streams[row].NextDouble());
                    next[row] = token;
                    written[row].Add(token);
                    ended[row] = token == EndToken;
                }
            }

            if (t + 1 == MaxTokens || ended.All(end => end))
            {
                break;
            }

            // (batch, 1); what follows an ended completion is read by nobody.
            input = torch.tensor(next, [rows, 1], device: policy.Device).MoveToOuterDisposeScope();
            isReal = torch.cat([isReal, torch.ones([rows, 1], torch.@bool, device: policy.Device)], 1).MoveToOuterDisposeScope();
            places = torch.tensor(prompts.Select(prompt => (long)prompt.Length + t).ToArray(), [rows, 1], device: policy.Device)
                .MoveToOuterDisposeScope();
        }

        return [.. prompts.Select((prompt, row) => new Completion(prompt, written[row], ended[row]))];
    }

    private static (torch.Tensor Tokens, torch.Tensor IsReal, torch.Tensor Places) PadLeft(
        IReadOnlyList<int[]> prompts, int width, torch.Device device)
    {
        var tokens = new long[prompts.Count * width];
        var real = new bool[tokens.Length];
        var places = new long[tokens.Length];
        for (var row = 0; row < prompts.Count; row++)
        {
            var start = width - prompts[row].Length;
            for (var t = start; t < width; t++)
            {
                var at = (row * width) + t;
                (tokens[at], real[at], places[at]) = (prompts[row][t - start], true, t - start);
            }
        }

        var shape = new long[] { prompts.Count, width };
        return (
            torch.tensor(tokens, shape, device: device),
            torch.tensor(real, shape, device: device),
            torch.tensor(places, shape, device: device));
    }

    private void CheckPrompts(Gpt policy, IReadOnlyList<int[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0 || prompts.Any(prompt => prompt.Length == 0))
        {
            throw new ArgumentException("There must be a prompt, and every prompt must have a token.", nameof(prompts));
        }

        var longest = prompts.Max(prompt => prompt.Length);
        if (longest + MaxTokens > policy.BlockSize)
        {
            throw new ArgumentException(
                $"A prompt of {longest} tokens and a completion of {MaxTokens} are more than the {policy.BlockSize} tokens the policy reads.",
                nameof(prompts));
        }

        if (EndToken >= policy.VocabularySize || PadToken >= policy.VocabularySize)
        {
            throw new ArgumentException(
                $"The policy has {policy.VocabularySize} tokens; end ({EndToken}) and padding ({PadToken}) must be among them.", nameof(policy));
        }
    }
}
