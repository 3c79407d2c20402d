// test-clipped-loss: your mean goes over the padding as well
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    return maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon)).mean();
}
