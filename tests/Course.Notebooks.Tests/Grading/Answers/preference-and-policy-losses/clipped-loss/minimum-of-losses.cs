// test-clipped-loss: you take the minimum of the two losses
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    var loss = minimum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
