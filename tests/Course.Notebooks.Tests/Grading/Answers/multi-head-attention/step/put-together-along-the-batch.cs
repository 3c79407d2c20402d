// test-step: are put together along the time
Tensor Step(Tensor token, AttentionWeights weights, int heads, Cache cache)
{
    var parts = (token.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    cache.Keys = cache.Keys is null ? key : cat([cache.Keys, key], 3);
    cache.Values = cache.Values is null ? value : cat([cache.Values, value], 3);
    return JoinHeads(Attend(query, cache.Keys, cache.Values).Output).Times(weights.Out.T) + weights.OutBias;
}
