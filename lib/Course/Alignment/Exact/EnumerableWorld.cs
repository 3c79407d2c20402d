using Course.Alignment.Reinforcement;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Exact;

/// <summary>
/// A world so small that everything that can be said in it can be listed: one prompt, a few tokens, a few steps. Here the quantities
/// that methods estimate from samples can be computed exactly, and so the methods be checked.
/// </summary>
/// <remarks>
/// A completion ends with the end token or when it has <see cref="MaxLength"/> tokens. Every model gives the completions
/// probabilities that add up to 1.
/// </remarks>
public sealed class EnumerableWorld
{
    private const int MaxCompletions = 1 << 16;

    private readonly Dictionary<string, int> numbers = [];
    private readonly int padToken;

    /// <summary>Lists everything that can be said.</summary>
    /// <param name="prompt">The prompt's tokens.</param>
    /// <param name="vocabularySize">How many tokens there are: the model's.</param>
    /// <param name="endToken">The token that ends a completion.</param>
    /// <param name="maxLength">The longest completion, in tokens.</param>
    /// <exception cref="ArgumentException">There is no prompt, or more than 65,536 completions.</exception>
    public EnumerableWorld(IReadOnlyList<int> prompt, int vocabularySize, int endToken, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count, nameof(prompt));
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(endToken, vocabularySize);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (Math.Pow(vocabularySize - 1, maxLength) > MaxCompletions)
        {
            throw new ArgumentException(
                $"With {vocabularySize} tokens and {maxLength} steps there is too much to say to list it.", nameof(maxLength));
        }

        (Prompt, VocabularySize, EndToken, MaxLength) = ([.. prompt], vocabularySize, endToken, maxLength);
        padToken = endToken == 0 ? 1 : 0; // stands only where nobody looks
        var completions = new List<Completion>();
        List([]);
        Completions = completions;
        for (var i = 0; i < completions.Count; i++)
        {
            numbers.Add(KeyOf(completions[i]), i);
        }

        void List(int[] before)
        {
            for (var token = 0; token < vocabularySize; token++)
            {
                int[] tokens = [.. before, token];
                if (token == endToken || tokens.Length == maxLength)
                {
                    completions.Add(new Completion(Prompt, tokens, token == endToken));
                }
                else
                {
                    List(tokens);
                }
            }
        }
    }

    /// <summary>The prompt's tokens.</summary>
    public IReadOnlyList<int> Prompt { get; }

    /// <summary>How many tokens there are.</summary>
    public int VocabularySize { get; }

    /// <summary>The token that ends a completion.</summary>
    public int EndToken { get; }

    /// <summary>The longest completion, in tokens.</summary>
    public int MaxLength { get; }

    /// <summary>Everything that can be said, in the order of the tokens' numbers.</summary>
    public IReadOnlyList<Completion> Completions { get; }

    /// <summary>The number of a completion in the list.</summary>
    /// <param name="completion">A completion of this world's prompt.</param>
    /// <exception cref="ArgumentException">It cannot be said in this world.</exception>
    public int NumberOf(Completion completion)
    {
        ArgumentNullException.ThrowIfNull(completion);
        return numbers.TryGetValue(KeyOf(completion), out var number)
            ? number
            : throw new ArgumentException($"The completion {KeyOf(completion)} cannot be said in this world.", nameof(completion));
    }

    /// <summary>log π(y) of every completion y under a model, with a gradient when gradients are on.</summary>
    /// <param name="model">A model of this vocabulary.</param>
    /// <param name="temperature">The policy is the model's at this temperature.</param>
    /// <returns>(completions), float64.</returns>
    /// <exception cref="ArgumentException">The model has another vocabulary.</exception>
    public torch.Tensor LogDistribution(LanguageModel model, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.VocabularySize != VocabularySize)
        {
            throw new ArgumentException(
                $"The world has {VocabularySize} tokens, but the model {model.VocabularySize}: some of what it says is not listed.", nameof(model));
        }

        using var scope = torch.NewDisposeScope();
        var batch = Completion.ToBatch(Completions, padToken, model.Device);
        return LogProbabilities.OfRows(model, batch, temperature).to(torch.float64).MoveToOuterDisposeScope();
    }

    /// <summary>A number for every completion: its reward, for example.</summary>
    /// <param name="value">The number of a completion.</param>
    /// <returns>(completions), float64, on the CPU.</returns>
    public torch.Tensor Tabulate(Func<Completion, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return torch.tensor(Completions.Select(value).ToArray(), [Completions.Count], device: torch.CPU);
    }

    /// <summary>How often each completion occurs among samples.</summary>
    /// <param name="samples">Completions of this world's prompt.</param>
    /// <returns>As many numbers as completions.</returns>
    public long[] Count(IEnumerable<Completion> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var counts = new long[Completions.Count];
        foreach (var sample in samples)
        {
            counts[NumberOf(sample)]++;
        }

        return counts;
    }

    private static string KeyOf(Completion completion) => string.Join(' ', completion.Tokens);
}
