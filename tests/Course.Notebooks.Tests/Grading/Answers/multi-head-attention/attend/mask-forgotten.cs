// test-attend-masked: the mask has no effect
(Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? allowed = null)
{
    var weights = (query.Times(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1])).softmax(-1);
    return (weights.Times(value), weights);
}
