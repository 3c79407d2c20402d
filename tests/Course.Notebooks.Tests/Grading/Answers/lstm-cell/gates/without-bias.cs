// test-gates: you left out the bias
(Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) Gates(Tensor x, Tensor hidden, Tensor inputWeights, Tensor hiddenWeights, Tensor bias)
{
    var parts = (x.matmul(inputWeights.T) + hidden.matmul(hiddenWeights.T)).chunk(4, 1);
    return (parts[0].sigmoid(), parts[1].sigmoid(), parts[2].tanh(), parts[3].sigmoid());
}
