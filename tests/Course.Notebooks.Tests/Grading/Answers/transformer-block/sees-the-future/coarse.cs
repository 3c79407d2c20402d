// test-sees-the-future: take small differences seriously
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var before = layer(x.clone());
    for (var t = 1; t < time; t++)
    {
        var changed = x.clone();
        changed[0, t] = randn(width);
        if ((layer(changed) - before).narrow(1, 0, t).abs().max().ToDouble() > 0.1) return true;
    }

    return false;
}
