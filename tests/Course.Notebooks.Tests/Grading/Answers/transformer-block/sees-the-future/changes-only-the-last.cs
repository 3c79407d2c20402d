// test-sees-the-future: Try a change at every place
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var changed = x.clone();
    changed[0, time - 1] = randn(width);
    return (layer(changed) - layer(x)).narrow(1, 0, time - 1).abs().max().ToDouble() > 1e-5;
}
