// test-step: you returned the memory first
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    var next = gates.Keep * memory + gates.Write * gates.Candidate;
    return (next, gates.Show * next.tanh());
}
