// test-attend: In which order must the two dimensions of the keys stand
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var weights = (query.Times(key) / Math.Sqrt(query.shape[^1])).softmax(-1);
    return (weights.Times(value), weights);
}
