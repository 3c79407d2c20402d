// test-kl-estimates: the mean of your k₁ is MINUS the divergence
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logPolicy - logReference;
    return (-logRatio, logRatio.expm1() - logRatio);
}
