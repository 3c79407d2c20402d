// test-kl-estimates: in k₃ the logarithm is subtracted
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logReference - logPolicy;
    return (-logRatio, logRatio.expm1() + logRatio);
}
