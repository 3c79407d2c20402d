// test-clipped-loss: nothing is clipped
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var loss = -advantages * (logPolicy - logOld).exp();
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
