// test-step: your keep gate forgets
(Tensor Hidden, Tensor Memory) Step((Tensor Write, Tensor Keep, Tensor Candidate, Tensor Show) gates, Tensor memory)
{
    var next = (1 - gates.Keep) * memory + gates.Write * gates.Candidate;
    return (gates.Show * next.tanh(), next);
}
