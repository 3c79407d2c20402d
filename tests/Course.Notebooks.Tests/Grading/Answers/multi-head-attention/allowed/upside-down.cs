// test-allowed: your mask is upside down
Tensor Allowed(Tensor isReal, bool causal)
{
    var (batch, time) = (isReal.shape[0], isReal.shape[1]);
    var padding = ~isReal.view(batch, 1, 1, time).expand(batch, 1, time, time);
    return causal ? padding | ones([time, time], ScalarType.Bool).triu(1) : padding;
}
