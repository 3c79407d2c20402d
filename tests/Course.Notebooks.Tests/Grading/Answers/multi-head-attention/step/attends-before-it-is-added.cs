// test-step: a token does not see itself
Tensor Step(Tensor token, AttentionWeights weights, int heads, Cache cache)
{
    var parts = (token.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    var output = Attend(query, cache.Keys ?? key, cache.Values ?? value).Output;
    cache.Keys = cache.Keys is null ? key : cat([cache.Keys, key], 2);
    cache.Values = cache.Values is null ? value : cat([cache.Values, value], 2);
    return JoinHeads(output).Times(weights.Out.T) + weights.OutBias;
}
