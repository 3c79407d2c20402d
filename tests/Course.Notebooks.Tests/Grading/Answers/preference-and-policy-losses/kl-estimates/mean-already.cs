// test-kl-estimates: one estimate for each sample
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logReference - logPolicy;
    return (-logRatio.mean(), (logRatio.expm1() - logRatio).mean());
}
