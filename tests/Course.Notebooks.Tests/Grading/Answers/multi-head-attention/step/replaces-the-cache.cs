// test-step: add to the cache, do not replace what is in it
Tensor Step(Tensor token, AttentionWeights weights, int heads, Cache cache)
{
    var parts = (token.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    var (keys, values) = cache.Keys is null ? (key, value) : (cat([cache.Keys, key], 2), cat([cache.Values!, value], 2));
    (cache.Keys, cache.Values) = (key, value);
    return JoinHeads(Attend(query, keys, values).Output).Times(weights.Out.T) + weights.OutBias;
}
