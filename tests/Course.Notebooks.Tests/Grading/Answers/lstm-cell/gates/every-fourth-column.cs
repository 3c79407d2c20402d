// test-gates: the columns of one gate stand side by side
(Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) Gates(Tensor x, Tensor hidden, Tensor inputWeights, Tensor hiddenWeights, Tensor bias)
{
    var parts = (x.matmul(inputWeights.T) + hidden.matmul(hiddenWeights.T) + bias).reshape(x.shape[0], -1, 4).unbind(2);
    return (parts[0].sigmoid(), parts[1].sigmoid(), parts[2].tanh(), parts[3].sigmoid());
}
