// test-gates: your candidate went through the sigmoid
(Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) Gates(Tensor x, Tensor hidden, Tensor inputWeights, Tensor hiddenWeights, Tensor bias)
{
    var parts = (x.matmul(inputWeights.T) + hidden.matmul(hiddenWeights.T) + bias).sigmoid().chunk(4, 1);
    return (parts[0], parts[1], parts[2], parts[3]);
}
