// test-swiglu: your gate is bent by ReLU
Tensor SwiGlu(Tensor x, Tensor gate, Tensor widen, Tensor narrow)
{
    return (x.Times(gate.T).relu() * x.Times(widen.T)).Times(narrow.T);
}
