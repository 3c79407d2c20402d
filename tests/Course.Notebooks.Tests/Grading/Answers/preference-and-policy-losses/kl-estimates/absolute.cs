// test-kl-estimates: taking the absolute value makes k₁ positive
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logReference - logPolicy;
    return (-logRatio, logRatio.abs());
}
