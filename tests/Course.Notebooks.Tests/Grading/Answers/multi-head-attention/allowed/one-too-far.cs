// test-allowed: your words see one place into the future
Tensor Allowed(Tensor isReal, bool causal)
{
    var (batch, time) = (isReal.shape[0], isReal.shape[1]);
    var keys = isReal.view(batch, 1, 1, time).expand(batch, 1, time, time);
    return causal ? keys & ones([time, time], ScalarType.Bool).tril(1) : keys;
}
