// test-rms-norm: epsilon belongs under the root
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean([-1L], keepdim: true) + 1e-8).sqrt() * gain;
}
