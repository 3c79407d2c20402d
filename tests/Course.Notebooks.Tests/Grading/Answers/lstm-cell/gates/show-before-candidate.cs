// test-gates: candidate and show are exchanged
(Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) Gates(Tensor x, Tensor hidden, Tensor inputWeights, Tensor hiddenWeights, Tensor bias)
{
    var parts = (x.matmul(inputWeights.T) + hidden.matmul(hiddenWeights.T) + bias).chunk(4, 1);
    return (parts[0].sigmoid(), parts[1].sigmoid(), parts[3].tanh(), parts[2].sigmoid());
}
