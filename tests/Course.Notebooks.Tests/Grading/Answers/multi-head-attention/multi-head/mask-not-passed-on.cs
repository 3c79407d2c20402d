// test-multi-head: pass it on to attention
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = (x.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return JoinHeads(Attend(query, key, value).Output).Times(weights.Out.T) + weights.OutBias;
}
