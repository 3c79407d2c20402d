// test-swiglu: A linear layer stores (outputs, inputs)
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate).silu() * x.Times(widen)).Times(narrow);
}
