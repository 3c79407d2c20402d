// test-allowed: Padding may also be on the left
Tensor Allowed(Tensor isReal, bool causal)
{
    var (batch, time) = (isReal.shape[0], isReal.shape[1]);
    var lengths = isReal.sum(-1, keepdim: true);                                     // (batch, 1)
    var keys = (arange(time).unsqueeze(0) < lengths).view(batch, 1, 1, time).expand(batch, 1, time, time);
    return causal ? keys & ones([time, time], ScalarType.Bool).tril() : keys;
}
