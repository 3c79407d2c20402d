// test-step: goes through tanh first
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    var next = gates.Keep * memory + gates.Write * gates.Candidate;
    return (gates.Show * next, next);
}
