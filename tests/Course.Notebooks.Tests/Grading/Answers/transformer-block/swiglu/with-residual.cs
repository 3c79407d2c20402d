// test-swiglu: The residual connection belongs to the block
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return x + (x.Times(gate.T).silu() * x.Times(widen.T)).Times(narrow.T);
}
