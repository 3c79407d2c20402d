// test-attend-masked: you set them to 0 after softmax
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var weights = (query.Times(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1])).softmax(-1);
    if (allowed is not null) weights = weights.masked_fill(~allowed, 0);
    return (weights.Times(value), weights);
}
