// test-kl-estimates: That is k₂, which is biased
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logReference - logPolicy;
    return (-logRatio, logRatio * logRatio / 2);
}
