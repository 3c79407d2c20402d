// test-sees-the-future: Only the place just before a change notices
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var changed = x.clone();
    changed[0, time - 1] = randn(width);
    return (layer(changed) - layer(x))[0, 0].abs().max().ToDouble() > 1e-5;
}
