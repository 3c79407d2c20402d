// test-rms-norm: That is LayerNorm
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    var centred = x - x.mean([-1L], keepdim: true);
    return centred / ((centred * centred).mean([-1L], keepdim: true) + epsilon).sqrt() * gain;
}
