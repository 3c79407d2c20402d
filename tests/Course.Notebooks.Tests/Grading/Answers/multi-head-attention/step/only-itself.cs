// test-step: each token sees only itself
Tensor Step(Tensor token, AttentionWeights weights, int heads, Cache cache)
{
    var parts = (token.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    (cache.Keys, cache.Values) = (key, value);
    return JoinHeads(Attend(query, key, value).Output).Times(weights.Out.T) + weights.OutBias;
}
