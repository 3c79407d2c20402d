// test-clipped-loss: a NaN in the padding comes through
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return (loss * isAction.to(loss.dtype)).sum() / isAction.sum();
}
