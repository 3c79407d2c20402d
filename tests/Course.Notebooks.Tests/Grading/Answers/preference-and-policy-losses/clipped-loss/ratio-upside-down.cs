// test-clipped-loss: your ratio is upside down
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logOld - logPolicy).exp();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
