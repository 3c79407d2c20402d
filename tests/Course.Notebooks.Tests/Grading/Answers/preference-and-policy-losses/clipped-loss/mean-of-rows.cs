// test-clipped-loss: Here every token counts the same
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return (loss.masked_fill(~isAction, 0).sum(-1) / isAction.sum(-1)).mean();
}
