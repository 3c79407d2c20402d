// test-swiglu: gate and widen have changed places
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate.T) * x.Times(widen.T).silu()).Times(narrow.T);
}
