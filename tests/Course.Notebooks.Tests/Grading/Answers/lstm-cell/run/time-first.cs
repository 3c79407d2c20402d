// test-run: stack them along dimension 1
(Tensor All, Tensor Last) Run(Tensor inputs, long[] lengths, Func<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Memory)> step, long units)
{
    var hidden = zeros(inputs.shape[0], units, dtype: inputs.dtype, device: inputs.device);
    var memory = zeros_like(hidden);
    var all = new List<Tensor>();
    for (var t = 0; t < inputs.shape[1]; t++)
    {
        var (h, c) = step(inputs[TensorIndex.Colon, t], hidden, memory);
        var real = (tensor(lengths, device: inputs.device) > t).unsqueeze(1);
        (hidden, memory) = (where(real, h, hidden), where(real, c, memory));
        all.Add(hidden);
    }
    return (stack(all, 0), hidden);
}
