// test-clipped-loss: you only clip the ratio
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var loss = -advantages * (logPolicy - logOld).exp().clamp(1 - epsilon, 1 + epsilon);
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
