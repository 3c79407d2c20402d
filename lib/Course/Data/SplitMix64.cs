namespace Course.Data;

/// <summary>
/// SplitMix64, a random generator whose whole state is one number that grows by a constant (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014, figure 16). Because output number <c>i</c> can be computed without the
/// outputs before it, a batch or a story is a pure function of a seed and an index; and unlike <see cref="Random"/> it is the same
/// on every version of .NET.
/// </summary>
internal struct SplitMix64(ulong state)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state = state;

    /// <summary>A generator for item <paramref name="index"/> of the stream <paramref name="seed"/>.</summary>
    public static SplitMix64 For(long seed, long index) => new(Mix(Mix((ulong)seed + Step) ^ (ulong)index));

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(state += Step);

    /// <summary>A whole number from 0 up to, and not including, <paramref name="bound"/>.</summary>
    // The high half of a 128-bit product (Lemire 2019) spreads 2^64 values over the range; at most bound / 2^64 too uneven to see.
    public long Next(long bound) => (long)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>A whole number from 0 up to, and not including, <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)Next((long)bound);

    /// <summary>A number from 0 up to, and not including, 1.</summary>
    public double NextDouble() => ToUnitInterval(NextBits());

    /// <summary>One of the items, each equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Puts the items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A stable 64-bit hash of a text: FNV-1a over its UTF-16 code units, then mixed.</summary>
    public static ulong Hash(long seed, ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL ^ Mix((ulong)seed);
        foreach (var unit in text)
        {
            hash = (hash ^ (byte)unit) * 1099511628211UL;
            hash = (hash ^ (byte)(unit >> 8)) * 1099511628211UL;
        }

        return Mix(hash);
    }

    /// <summary>The top 53 bits as a number from 0 up to, and not including, 1.</summary>
    public static double ToUnitInterval(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    /// <summary>Spreads a change of any input bit over all output bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
