// test-allowed: the padding is still looked at
Tensor Allowed(Tensor isReal, bool causal)
{
    var (batch, time) = (isReal.shape[0], isReal.shape[1]);
    var all = ones([batch, 1, time, time], ScalarType.Bool);
    return causal ? all.tril() : all;
}
