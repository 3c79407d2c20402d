using System.Numerics;

namespace Course.Data;

/// <summary>
/// A seeded order of the numbers 0 … n−1 that needs no memory: position <c>i</c> is computed when it is asked for. A Feistel
/// network permutes the numbers of the next even number of bits, and a result outside the range is permuted again until it falls
/// inside (cycle walking: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
/// </summary>
internal readonly struct Permutation
{
    private const int Rounds = 6;

    private readonly ulong key;
    private readonly ulong count;
    private readonly int halfBits;

    public Permutation(long count, long seed, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        this.count = (ulong)count;
        key = SplitMix64.For(seed, index).NextBits();
        var bits = 64 - BitOperations.LeadingZeroCount(this.count - 1);
        halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>The number that stands at a position. Each number stands at exactly one.</summary>
    public long this[long position]
    {
        get
        {
            if (position < 0 || (ulong)position >= count)
            {
                throw new ArgumentOutOfRangeException(nameof(position), position, $"The positions are 0 to {count - 1}.");
            }

            var value = (ulong)position;
            do
            {
                value = Feistel(value);
            }
            while (value >= count);
            return (long)value;
        }
    }

    private ulong Feistel(ulong value)
    {
        var mask = (1UL << halfBits) - 1;
        var (left, right) = (value >> halfBits, value & mask);
        for (var round = 1; round <= Rounds; round++)
        {
            // Each round can be undone, whatever the mixing function is: so the whole is one-to-one.
            (left, right) = (right, left ^ (SplitMix64.Mix(key + (((ulong)round << 56) ^ right)) & mask));
        }

        return (left << halfBits) | right;
    }
}
