// test-swiglu: your gate is bent by the sigmoid
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate.T).sigmoid() * x.Times(widen.T)).Times(narrow.T);
}
