// test-sees-the-future: Try a change at every place
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var before = layer(x.clone());
    for (var t = 2; t < time; t++)
    {
        var changed = x.clone();
        changed[0, t] = randn(width);
        if ((layer(changed) - before).narrow(1, 0, t).abs().max().ToDouble() > 1e-5) return true;
    }

    return false;
}
