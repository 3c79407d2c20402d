// test-attend: e to the power of them is infinite
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var powers = (query.Times(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1])).exp();
    if (allowed is not null) powers = powers.masked_fill(~allowed, 0);
    var weights = powers / powers.sum(-1, keepdim: true);
    return (weights.Times(value), weights);
}
