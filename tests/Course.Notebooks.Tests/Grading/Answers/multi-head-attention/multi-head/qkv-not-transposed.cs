// test-multi-head: a linear layer multiplies with the transposed matrix
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = (x.Times(weights.Qkv) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return JoinHeads(Attend(query, key, value, allowed).Output).Times(weights.Out.T) + weights.OutBias;
}
