// test-attend: you divide by the root of the whole width, heads included
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var width = query.dim() == 4 ? query.shape[1] * query.shape[3] : query.shape[^1];
    var scores = query.Times(key.transpose(-2, -1)) / Math.Sqrt(width);
    if (allowed is not null) scores = scores.masked_fill(~allowed, float.MinValue);
    var weights = scores.softmax(-1);
    return (weights.Times(value), weights);
}
