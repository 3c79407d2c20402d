// test-clipped-loss: Is something detached?
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp().detach();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return (loss + (0 * logPolicy)).masked_fill(~isAction, 0).sum() / isAction.sum();
}
