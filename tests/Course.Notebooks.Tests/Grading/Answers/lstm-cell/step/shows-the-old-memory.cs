// test-step: you showed the old memory
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    return (gates.Show * memory.tanh(), gates.Keep * memory + gates.Write * gates.Candidate);
}
