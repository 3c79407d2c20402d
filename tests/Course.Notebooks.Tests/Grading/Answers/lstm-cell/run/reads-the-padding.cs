// test-run: you went on reading after the end
(Tensor All, Tensor Last) Run(Tensor inputs, long[] lengths, Func<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Memory)> step, long units)
{
    var hidden = zeros(inputs.shape[0], units, dtype: inputs.dtype, device: inputs.device);
    var memory = zeros_like(hidden);
    var all = new List<Tensor>();
    foreach (var x in inputs.unbind(1))
    {
        (hidden, memory) = step(x, hidden, memory);
        all.Add(hidden);
    }
    return (stack(all, 1), hidden);
}
