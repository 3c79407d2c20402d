// test-clipped-loss: The ratio is e to the power of it
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = 1 + (logPolicy - logOld);
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
