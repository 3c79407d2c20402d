// test-multi-head: put together without exchanging heads and time
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var parts = (x.Times(weights.Qkv.T) + weights.QkvBias).chunk(3, -1);
    var (query, key, value) = (SplitHeads(parts[0], heads), SplitHeads(parts[1], heads), SplitHeads(parts[2], heads));
    return Attend(query, key, value, allowed).Output.reshape(x.shape).Times(weights.Out.T) + weights.OutBias;
}
