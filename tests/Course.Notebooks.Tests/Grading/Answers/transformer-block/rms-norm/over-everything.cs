// test-rms-norm: Do you take the mean over everything?
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean() + epsilon).sqrt() * gain;
}
