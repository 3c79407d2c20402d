// test-multi-head: queries and keys have changed places
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = (x.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (key, query, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return JoinHeads(Attend(query, key, value, allowed).Output).Times(weights.Out.T) + weights.OutBias;
}
