// test-allowed: you forbade the padded place to look
Tensor Allowed(Tensor isReal, bool causal)
{
    var (batch, time) = (isReal.shape[0], isReal.shape[1]);
    var queries = isReal.view(batch, 1, time, 1).expand(batch, 1, time, time);
    return causal ? queries & ones([time, time], ScalarType.Bool).tril() : queries;
}
