// test-sees-the-future: When all numbers of a word grow by the same factor
bool SeesTheFuture(Func<Tensor, Tensor> layer, int time, int width)
{
    var x = randn(1, time, width);
    var before = layer(x.clone());
    for (var t = 1; t < time; t++)
    {
        var changed = x.clone();
        changed[0, t] = x[0, t] * 2;
        if ((layer(changed) - before).narrow(1, 0, t).abs().max().ToDouble() > 1e-5) return true;
    }

    return false;
}
