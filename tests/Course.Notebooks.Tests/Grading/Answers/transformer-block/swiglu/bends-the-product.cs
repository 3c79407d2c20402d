// test-swiglu: you bend the product
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate.T) * x.Times(widen.T)).silu().Times(narrow.T);
}
