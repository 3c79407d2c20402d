// test-step: you changed the memory that you were given
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    memory.mul_(gates.Keep).add_(gates.Write * gates.Candidate);
    return (gates.Show * memory.tanh(), memory);
}
