// test-step: something that still lacks its bias
Tensor Step(Tensor token, AttentionWeights weights, int heads, Cache cache)
{
    var width = token.shape[2];
    var query = SplitHeads(token.Times(weights.Qkv[..(int)width].T) + weights.QkvBias[..(int)width], heads);
    var value = SplitHeads(token.Times(weights.Qkv.narrow(0, 2 * width, width).T) + weights.QkvBias.narrow(0, 2 * width, width), heads);
    var key = SplitHeads(token.Times(weights.Qkv.narrow(0, width, width).T).softmax(-1), heads);
    cache.Keys = cache.Keys is null ? key : cat([cache.Keys, key], 2);
    cache.Values = cache.Values is null ? value : cat([cache.Values, value], 2);
    return JoinHeads(Attend(query, cache.Keys, cache.Values).Output).Times(weights.Out.T) + weights.OutBias;
}
