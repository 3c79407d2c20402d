// test-bias: that is the gate
double KeepBias(double halfLife)
{
    return Math.Pow(2, -1 / halfLife);
}
