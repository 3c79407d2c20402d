// test-attend: you divide by d; divide by its root
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var scores = query.Times(key.transpose(-2, -1)) / query.shape[^1];
    if (allowed is not null) scores = scores.masked_fill(~allowed, float.MinValue);
    var weights = scores.softmax(-1);
    return (weights.Times(value), weights);
}
