// test-rms-norm: the root of the SUM of squares
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).sum([-1L], keepdim: true) + epsilon).sqrt() * gain;
}
