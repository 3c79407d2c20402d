// test-swiglu: you add the two wide vectors
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate.T).silu() + x.Times(widen.T)).Times(narrow.T);
}
