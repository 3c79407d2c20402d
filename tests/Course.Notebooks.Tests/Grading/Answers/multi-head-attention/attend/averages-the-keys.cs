// test-attend: your output is as wide as a key
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var scores = query.Times(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1]);
    if (allowed is not null) scores = scores.masked_fill(~allowed, float.MinValue);
    var weights = scores.softmax(-1);
    return (weights.Times(key), weights);
}
