// test-multi-head: Do you take the values from the first rows of Qkv?
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = (x.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (value, key, query) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return JoinHeads(Attend(query, key, value, allowed).Output).Times(weights.Out.T) + weights.OutBias;
}
