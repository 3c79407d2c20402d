// test-multi-head: QkvBias is not used as it should
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = x.Times(weights.Qkv.T).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return JoinHeads(Attend(query, key, value, allowed).Output).Times(weights.Out.T) + weights.OutBias;
}
