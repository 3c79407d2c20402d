// test-clipped-loss: divide by the number of actions, not of places
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(1 - epsilon, 1 + epsilon));
    return loss.masked_fill(~isAction, 0).mean();
}
