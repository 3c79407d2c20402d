// test-clipped-loss: Does your band use the ε that is given?
Tensor ClippedLoss(Tensor logPolicy, Tensor logOld, Tensor advantages, Tensor isAction, double epsilon)
{
    var ratio = (logPolicy - logOld).exp();
    var loss = maximum(-advantages * ratio, -advantages * ratio.clamp(0.8, 1.2));
    return loss.masked_fill(~isAction, 0).sum() / isAction.sum();
}
