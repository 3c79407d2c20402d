// test-run: the memory does not reach the next step
(Tensor All, Tensor Last) Run(Tensor inputs, long[] lengths, Func<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Memory)> step, long units)
{
    var hidden = zeros(inputs.shape[0], units, dtype: inputs.dtype, device: inputs.device);
    var all = new List<Tensor>();
    for (var t = 0; t < inputs.shape[1]; t++)
    {
        var (h, _) = step(inputs.select(1, t), hidden, zeros_like(hidden));
        hidden = where((tensor(lengths, device: inputs.device) > t).unsqueeze(1), h, hidden);
        all.Add(hidden);
    }
    return (stack(all, 1), hidden);
}
