// test-kl-estimates: in k₃ your ratio is upside down
(Tensor K1, Tensor K3) KlEstimates(Tensor logPolicy, Tensor logReference)
{
    var logRatio = logPolicy - logReference;
    return (logRatio, logRatio.expm1() - logRatio);
}
