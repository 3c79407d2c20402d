// test-rms-norm: you take the mean over the words
Tensor RmsNorm(Tensor x, Tensor gain, double epsilon = 1e-5)
{
    return x / ((x * x).mean([-2L], keepdim: true) + epsilon).sqrt() * gain;
}
