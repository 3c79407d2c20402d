// test-rms-norm: its root is missing
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean([-1L], keepdim: true) + epsilon) * gain;
}
