// test-rms-norm: divides a column instead of its own row
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean([-1L]) + epsilon).sqrt() * gain;
}
