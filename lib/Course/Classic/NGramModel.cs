using Course.Data;

namespace Course.Classic;

/// <summary>
/// Predicts the next token by counting what followed the last few tokens in a text: Markov (1913), Shannon, "A mathematical theory of
/// communication" (1948). What was never seen gets its chance from shorter contexts: interpolated with weights by how often the
/// context was seen (Witten and Bell, 1991), and at the bottom from all tokens equally.
/// </summary>
public sealed class NGramModel
{
    // followers[k] maps the last k tokens to how often each token followed them.
    private readonly Dictionary<Context, Dictionary<int, int>>[] followers;

    private NGramModel(int order, int vocabulary, Dictionary<Context, Dictionary<int, int>>[] followers) =>
        (Order, Vocabulary, this.followers) = (order, vocabulary, followers);

    /// <summary>n: how many tokens are looked at together, the predicted one included. 1 looks at no context.</summary>
    public int Order { get; }

    /// <summary>How many different tokens there are, numbered from 0.</summary>
    public int Vocabulary { get; }

    /// <summary>How many different contexts of full length were seen: the size of the table.</summary>
    public int Contexts => followers[Order - 1].Count;

    /// <summary>Counts.</summary>
    /// <param name="tokens">The text as tokens.</param>
    /// <param name="order">n, from 1 to 16.</param>
    /// <param name="vocabulary">How many different tokens there are.</param>
    /// <exception cref="ArgumentException">There is no token, or one is not in the vocabulary.</exception>
    public static NGramModel Train(IReadOnlyList<int> tokens, int order, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        Check(tokens, vocabulary);
        if (tokens.Count == 0)
        {
            throw new ArgumentException("There is no text to count.", nameof(tokens));
        }

        var followers = new Dictionary<Context, Dictionary<int, int>>[order];
        for (var length = 0; length < order; length++)
        {
            var table = followers[length] = [];
            for (var i = length; i < tokens.Count; i++)
            {
                var context = Context.Before(tokens, i, length);
                var counts = table.TryGetValue(context, out var seen) ? seen : table[context] = [];
                counts[tokens[i]] = counts.GetValueOrDefault(tokens[i]) + 1;
            }
        }

        return new NGramModel(order, vocabulary, followers);
    }

    /// <summary>How often a token followed a context of at most n − 1 tokens.</summary>
    public int Count(IReadOnlyList<int> context, int token)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(context.Count, Order);
        return followers[context.Count].TryGetValue(Context.Before(context, context.Count, context.Count), out var counts)
            ? counts.GetValueOrDefault(token)
            : 0;
    }

    /// <summary>The chance that a token is the next; over the vocabulary the chances add up to 1, and none is 0.</summary>
    /// <param name="context">What stands before; only the last n − 1 tokens count.</param>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    public double Probability(IReadOnlyList<int> context, int token)
    {
        Check(context, Vocabulary);
        Check([token], Vocabulary);
        return Probability(context, context.Count, token);
    }

    /// <summary>The chances of all tokens, in the order of their numbers.</summary>
    public double[] Probabilities(IReadOnlyList<int> context)
    {
        Check(context, Vocabulary);
        return [.. Enumerable.Range(0, Vocabulary).Select(token => Probability(context, context.Count, token))];
    }

    /// <summary>
    /// The mean of −ln p over a text, in nats per token, each token predicted from those before it. e to the power of it is the perplexity.
    /// </summary>
    /// <exception cref="ArgumentException">There is no token, or one is not in the vocabulary.</exception>
    public double Loss(IReadOnlyList<int> tokens)
    {
        Check(tokens, Vocabulary);
        if (tokens.Count == 0)
        {
            throw new ArgumentException("The loss of no text is not defined.", nameof(tokens));
        }

        var sum = 0.0;
        for (var i = 0; i < tokens.Count; i++)
        {
            sum -= Math.Log(Probability(tokens, i, tokens[i]));
        }

        return sum / tokens.Count;
    }

    /// <summary>Continues a text, drawing each token by its chance.</summary>
    /// <param name="start">What stands before; may be empty.</param>
    /// <param name="count">How many tokens are added.</param>
    /// <param name="seed">Another seed gives another text.</param>
    /// <returns>The start and what was added.</returns>
    public int[] Sample(IReadOnlyList<int> start, int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Check(start, Vocabulary);
        var random = SplitMix64.For(seed, index: 5);
        var text = new List<int>(start);
        for (var i = 0; i < count; i++)
        {
            var rest = random.NextDouble();
            var token = 0;
            while (token < Vocabulary - 1 && (rest -= Probability(text, text.Count, token)) >= 0)
            {
                token++;
            }

            text.Add(token);
        }

        return [.. text];
    }

    // The chance of a token at a place of a text, from the tokens before it.
    private double Probability(IReadOnlyList<int> text, int place, int token)
    {
        var p = 1.0 / Vocabulary;
        for (var length = 0; length < Order && length <= place; length++)
        {
            if (!followers[length].TryGetValue(Context.Before(text, place, length), out var counts))
            {
                break;   // a longer context cannot have been seen either
            }

            // Seen often, and followed by few different tokens: trust the counts. Otherwise trust the shorter context.
            var (total, different) = (counts.Values.Sum(), counts.Count);
            p = (counts.GetValueOrDefault(token) + (different * p)) / (total + different);
        }

        return p;
    }

    private static void Check(IReadOnlyList<int> tokens, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
            {
                throw new ArgumentException($"Token {i} is {tokens[i]}, but tokens run from 0 to {vocabulary - 1}.", nameof(tokens));
            }
        }
    }

    /// <summary>A few tokens in order, comparable as a whole.</summary>
    private readonly struct Context : IEquatable<Context>
    {
        private readonly int[] tokens;

        private Context(int[] tokens) => this.tokens = tokens;

        public static Context Before(IReadOnlyList<int> text, int place, int length)
        {
            var tokens = new int[length];
            for (var i = 0; i < length; i++)
            {
                tokens[i] = text[place - length + i];
            }

            return new Context(tokens);
        }

        public bool Equals(Context other) => tokens.AsSpan().SequenceEqual(other.tokens);

        public override bool Equals(object? obj) => obj is Context other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var token in tokens)
            {
                hash.Add(token);
            }

            return hash.ToHashCode();
        }
    }
}
