// test-kl-estimates: expm1 computes e^x − 1 as a whole
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logReference - logPolicy;
    return (-logRatio, logRatio.exp() - 1 - logRatio);
}
