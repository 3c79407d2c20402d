// test-attend-masked: a row of minus infinities makes softmax divide 0 by 0
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var scores = query.Times(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1]);
    if (allowed is not null) scores = scores.masked_fill(~allowed, float.NegativeInfinity);
    var weights = scores.softmax(-1);
    return (weights.Times(value), weights);
}
