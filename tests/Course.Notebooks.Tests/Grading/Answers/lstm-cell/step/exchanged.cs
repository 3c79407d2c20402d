// test-step: keep belongs to the old memory
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    var next = gates.Write * memory + gates.Keep * gates.Candidate;
    return (gates.Show * next.tanh(), next);
}
