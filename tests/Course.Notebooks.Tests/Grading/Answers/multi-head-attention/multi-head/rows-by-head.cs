// test-multi-head: you take the rows of Qkv head by head
Tensor MultiHead(Tensor x, AttentionWeights weights, int heads, Tensor? allowed = null)
{
    var (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2]);
    var all = (x.Times(weights.Qkv.T) + weights.QkvBias).view(batch, time, heads, 3, width / heads);
    var parts = all.permute(3, 0, 2, 1, 4).unbind(0);
    return JoinHeads(Attend(parts[0], parts[1], parts[2], allowed).Output).Times(weights.Out.T) + weights.OutBias;
}
