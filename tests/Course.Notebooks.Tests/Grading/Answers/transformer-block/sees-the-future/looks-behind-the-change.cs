// test-sees-the-future: compare only the places before
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var before = layer(x.clone());
    for (var t = 0; t < time - 1; t++)
    {
        var changed = x.clone();
        changed[0, t] = randn(width);
        if ((layer(changed) - before).narrow(1, t + 1, time - t - 1).abs().max().ToDouble() > 1e-5) return true;
    }

    return false;
}
